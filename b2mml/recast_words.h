// Small judgements of the recasting, and its words. Private to b2mml/. Pure.
#pragma once

#include <string>
#include <string_view>

namespace isa95::b2mml {

// "20261125060000" and "20261125" as xsd:dateTime without an offset, a day as its first second; empty: it is neither.
// Whether such a day exists is judged later.
std::string WithoutCompactTime(std::string_view text);
// An element of this name says what or how much was made or used, wherever a sender puts it.
bool IsFact(std::string_view name);

std::string WordsOfText(std::string_view element, std::string_view text);
inline constexpr std::string_view kMendOfText =
    "Put the text into the element that is meant, such as QuantityString, or leave it out.";
// `has_elements`: the element is known, but holds elements where a text belongs.
std::string WordsOfUnknown(std::string_view element, std::string_view version, bool has_elements);
std::string WordsOfFact(std::string_view words, std::string_view fact);

}  // namespace isa95::b2mml
