// SPDX-License-Identifier: MIT
// An append-only JSON writer: values go out in the order in which they are written, commas are put
// where they belong. Whoever writes closes what it opened; nothing is checked.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace sniperforge::sim {

class JsonWriter {
 public:
    // `out` must outlive the writer; text is appended to what is there.
    explicit JsonWriter(std::string& out) : out_{out} {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }

    JsonWriter& key(std::string_view name) {
        separate();
        append_quoted(name);
        out_ += ':';
        needs_comma_ = false;
        return *this;
    }
    JsonWriter& string(std::string_view text) {
        separate();
        append_quoted(text);
        return *this;
    }
    template <std::integral Number>
        requires(!std::same_as<Number, bool>)
    JsonWriter& number(Number value) {
        separate();
        fmt::format_to(std::back_inserter(out_), "{}", value);
        return *this;
    }
    // Shortest text that reads back as the same double.
    JsonWriter& number(double value) {
        separate();
        fmt::format_to(std::back_inserter(out_), "{}", value);
        return *this;
    }
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    // Text that is one JSON value already.
    JsonWriter& raw(std::string_view json) {
        separate();
        out_ += json;
        return *this;
    }

 private:
    JsonWriter& open(char bracket) {
        separate();
        out_ += bracket;
        needs_comma_ = false;
        return *this;
    }
    JsonWriter& close(char bracket) {
        out_ += bracket;
        needs_comma_ = true;
        return *this;
    }
    void separate() {
        if (needs_comma_) {
            out_ += ',';
        }
        needs_comma_ = true;
    }
    void append_quoted(std::string_view text) {
        out_ += '"';
        for (const char c : text) {
            append_escaped(c);
        }
        out_ += '"';
    }
    void append_escaped(char c) {
        switch (c) {
            case '"':
                out_ += "\\\"";
                return;
            case '\\':
                out_ += "\\\\";
                return;
            case '\n':
                out_ += "\\n";
                return;
            case '\r':
                out_ += "\\r";
                return;
            case '\t':
                out_ += "\\t";
                return;
            default:
                break;
        }
        if (static_cast<unsigned char>(c) < 0x20U) {
            fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
            return;
        }
        out_ += c;
    }

    std::string& out_;
    bool needs_comma_ = false;
};

}  // namespace sniperforge::sim
