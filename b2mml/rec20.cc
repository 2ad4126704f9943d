#include "b2mml/rec20.h"

#include <algorithm>
#include <array>

namespace isa95::b2mml {
namespace {

// Sorted, for the search below. Units of measure only: how goods are packed is Recommendation 21's matter.
constexpr std::array<std::string_view, 206> kCodes = {
    "23",  "25",  "28",  "2M",  "2N",  "2P",  "2X",  "2Z",  "3B",  "40",  "41",  "4C",  "4G",  "4H",  "4K",  "4L",
    "4M",  "4O",  "4P",  "4T",  "58",  "59",  "5B",  "60",  "61",  "81",  "89",  "91",  "A44", "A47", "A49", "A86",
    "A97", "ACR", "AD",  "AMH", "AMP", "ANN", "ARE", "B22", "B32", "B45", "B47", "B49", "BAR", "BLL", "BTU", "BUA",
    "BUI", "C18", "C24", "C26", "C34", "C62", "C65", "C7",  "C81", "CDL", "CEL", "CEN", "CGM", "CLT", "CMK", "CMQ",
    "CMT", "COU", "CTM", "D10", "D46", "D61", "D62", "DAY", "DD",  "DG",  "DLT", "DMK", "DMQ", "DMT", "DPR", "DTN",
    "DZN", "DZP", "E09", "E27", "E34", "E48", "E93", "EA",  "FAH", "FAR", "FOT", "FTK", "FTQ", "GL",  "GLI", "GLL",
    "GM",  "GRM", "GRO", "GV",  "GWH", "H87", "HAR", "HGM", "HLT", "HTZ", "HUR", "IE",  "INH", "INK", "INQ", "JOU",
    "K6",  "KEL", "KGM", "KGS", "KHZ", "KJO", "KMH", "KMK", "KMQ", "KMT", "KNI", "KPA", "KPH", "KPO", "KPP", "KSD",
    "KSH", "KT",  "KTN", "KUR", "KVA", "KVR", "KVT", "KWH", "KWT", "L2",  "LBR", "LEF", "LH",  "LPA", "LS",  "LTN",
    "LTR", "LUM", "LUX", "MAL", "MAW", "MBR", "MC",  "MGM", "MHZ", "MIL", "MIN", "MLT", "MMK", "MMQ", "MMT", "MON",
    "MPA", "MQH", "MQS", "MTK", "MTQ", "MTR", "MTS", "MVA", "MWH", "NEW", "NIU", "NMI", "NMP", "NU",  "OHM", "ONZ",
    "OZA", "OZI", "P1",  "PAL", "PGL", "PR",  "PT",  "PTI", "Q30", "QAN", "QT",  "QTI", "RPM", "RPS", "SAN", "SEC",
    "SET", "SIE", "SMI", "STN", "TNE", "TPR", "U2",  "VLT", "WEE", "WHR", "WTT", "YDK", "YDQ", "YRD"};
static_assert(std::is_sorted(kCodes.begin(), kCodes.end()));

}  // namespace

bool IsRec20(std::string_view code) { return std::binary_search(kCodes.begin(), kCodes.end(), code); }

}  // namespace isa95::b2mml
