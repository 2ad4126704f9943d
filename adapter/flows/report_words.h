// The names under which a report's content travels where B2MML has no element for it: data items of a segment and
// properties of a material line. The writer and the reader of reports share them. Source: domain facts A.4, A.5.
#pragma once

namespace isa95::flows::words {

// Data items (SegmentData, ProductionData).
inline constexpr char kConfirmationType[] = "ConfirmationType";  // FINAL | PARTIAL | AUTO_FINAL
inline constexpr char kSegmentRequirementId[] = "SegmentRequirementID";
inline constexpr char kOperationsSegmentId[] = "OperationsSegmentID";
inline constexpr char kPostingDate[] = "PostingDate";
inline constexpr char kConfirmationId[] = "ConfirmationID";        // of consumption: the confirmation it belongs to
inline constexpr char kOrderSequence[] = "OrderSequence";          // from a MES only: the ERP is told in order anyway
inline constexpr char kErpDocumentNumber[] = "ERPDocumentNumber";  // the ERP's own key of a posting
inline constexpr char kReversedAt[] = "ReversedAt";

// Of a stop (B2MML's segment form: the process segment DOWNTIME), of a lot and of a test result.
inline constexpr char kDowntime[] = "DOWNTIME";
inline constexpr char kDowntimeReasonCode[] = "DowntimeReasonCode";
inline constexpr char kDowntimeDuration[] = "DowntimeDuration";  // of micro-stops told together: of all of them
inline constexpr char kDowntimeKind[] = "DowntimeKind";          // PLANNED | UNPLANNED
inline constexpr char kStopCount[] = "StopCount";                // of micro-stops told together
inline constexpr char kPartOf[] = "PartOf";
inline constexpr char kBusinessRelevance[] = "BusinessRelevance";  // FINANCIAL | RELEASE

inline constexpr char kDispositionId[] = "DispositionID";
inline constexpr char kOperationsRequestId[] = "OperationsRequestID";
inline constexpr char kEffectiveStartDate[] = "EffectiveStartDate";  // where the version has no element for it
inline constexpr char kSampleId[] = "SampleID";
inline constexpr char kTestSpecificationId[] = "TestSpecificationID";
inline constexpr char kLowLimit[] = "LowLimit";
inline constexpr char kLowLimitExclusive[] = "LowLimitExclusive";  // true | false
inline constexpr char kHighLimit[] = "HighLimit";
inline constexpr char kHighLimitExclusive[] = "HighLimitExclusive";
inline constexpr char kRetestOf[] = "RetestOf";

// Disposition and Status of a lot; schemes of what was tested.
inline constexpr char kRestricted[] = "Restricted";
inline constexpr char kUnrestricted[] = "UnRestricted";
inline constexpr char kHoldStatus[] = "QUALITY_HOLD";
inline constexpr char kReleasedStatus[] = "RELEASED";
inline constexpr char kLotScheme[] = "MaterialLot";
inline constexpr char kOrderScheme[] = "OperationsRequest";

// Known, and not carried: no flow has a place for it.
inline constexpr char kSetupTime[] = "SetupTime";

// Properties (MaterialActualProperty).
inline constexpr char kMaterialRequirementId[] = "MaterialRequirementID";
inline constexpr char kMaterialActualId[] = "MaterialActualID";  // where a line has no ID of its own
inline constexpr char kSubstitutesFor[] = "SubstitutesFor";

// Both: of scrap, rework, a return; of a reversal where the version has no ChangeStatus.
inline constexpr char kReasonCode[] = "ReasonCode";

// What a MaterialUse Other means.
inline constexpr char kScrap[] = "Scrap";
inline constexpr char kRework[] = "Rework";
inline constexpr char kReturned[] = "Returned";

}  // namespace isa95::flows::words

// Sender/TaskID of a document for the ERP: an answer quotes it, and so tells the flow.
namespace isa95::flows::tasks {

inline constexpr char kConfirmation[] = "CONFIRMATION";
inline constexpr char kConsumption[] = "CONSUMPTION";
inline constexpr char kReversal[] = "REVERSAL";
inline constexpr char kDisposition[] = "QUALITY-DISPOSITION";
inline constexpr char kTestResult[] = "QUALITY-RESULT";
inline constexpr char kDowntime[] = "DOWNTIME";

}  // namespace isa95::flows::tasks
