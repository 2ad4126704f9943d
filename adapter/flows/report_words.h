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
