// SPDX-License-Identifier: MIT
#include "analytics/html_text.hpp"

#include "sniperforge/core/json_text.hpp"

namespace sniperforge::analytics {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::string_view entity_of(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

}  // namespace

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (!is_ascii(text[i])) {
            // JSON escapes nothing beyond ASCII and replaces what is not UTF-8.
            std::size_t end = i;
            while (end < text.size() && !is_ascii(text[end])) {
                ++end;
            }
            out += json_escaped(text.substr(i, end - i));
            i = end;
            continue;
        }
        const char c = text[i++];
        const std::string_view entity = entity_of(c);
        if (!entity.empty()) {
            out += entity;
        } else {
            out += c < 0x20 || c == 0x7f ? ' ' : c;
        }
    }
    return out;
}

}  // namespace sniperforge::analytics
