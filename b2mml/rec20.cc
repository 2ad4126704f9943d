#include "b2mml/rec20.h"

#include <algorithm>
#include <array>

namespace isa95::b2mml {
namespace {

// Sorted, for the search below.
constexpr std::array<std::string_view, 75> kCodes = {
    "2N",  "2P",  "4G",  "4H",  "59",  "A86", "AMP", "ANN", "BAR", "BTU", "C26", "C62", "CEL", "CLT", "CMK",
    "CMQ", "CMT", "D61", "D62", "DAY", "DLT", "DMQ", "DMT", "DZN", "E27", "EA",  "FAH", "FOT", "GLI", "GLL",
    "GM",  "GRM", "GRO", "H87", "HLT", "HTZ", "HUR", "INH", "JOU", "K6",  "KEL", "KGM", "KHZ", "KJO", "KMT",
    "KPA", "KWH", "KWT", "LBR", "LTR", "MBR", "MC",  "MGM", "MIN", "MLT", "MMK", "MMQ", "MMT", "MON", "MPA",
    "MTK", "MTQ", "MTR", "MWH", "NEW", "NIU", "NMP", "ONZ", "P1",  "PAL", "PR",  "SEC", "SET", "TNE", "WEE"};
static_assert(std::is_sorted(kCodes.begin(), kCodes.end()));

}  // namespace

bool IsRec20(std::string_view code) { return std::binary_search(kCodes.begin(), kCodes.end(), code); }

}  // namespace isa95::b2mml
