// Why a root is none of ours. Private to b2mml/. Pure.
#pragma once

#include <string_view>

#include "b2mml/reader.h"

namespace isa95::b2mml {

Finding UnknownVersion(std::string_view xml_namespace, const XmlPosition& at);
// UNKNOWN_NOUN, or NOT_BUSINESS_RELEVANT where the noun is the shop floor's own business.
Finding UnknownNoun(std::string_view name, const XmlPosition& at);

}  // namespace isa95::b2mml
