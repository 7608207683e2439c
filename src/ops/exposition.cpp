// SPDX-License-Identifier: MIT
#include "sniperforge/ops/exposition.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::ops {
namespace {

[[nodiscard]] std::string number_text(double value) {
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value > 0 ? "+Inf" : "-Inf";
    }
    return fmt::format("{}", value);  // The shortest that reads back as the same.
}

void append_label(std::string& text, std::string_view name, std::string_view value) {
    text += name;
    text += "=\"";
    for (const char c : value) {
        if (c == '\\' || c == '"') {
            text += '\\';
            text += c;
        } else if (c == '\n') {
            text += "\\n";
        } else {
            text += c >= ' ' && c <= '~' ? c : '?';
        }
    }
    text += '"';
}

void append_help(std::string& text, std::string_view help) {
    for (const char c : help) {
        if (c == '\\') {
            text += "\\\\";
        } else if (c == '\n') {
            text += "\\n";
        } else {
            text += c;
        }
    }
}

}  // namespace

void Exposition::begin(std::string_view name, std::string_view help, std::string_view type) {
    name_ = name;
    text_ += fmt::format("# HELP {} ", name);
    append_help(text_, help);
    text_ += fmt::format("\n# TYPE {} {}\n", name, type);
}

void Exposition::line(std::string_view suffix, Labels labels, std::string_view bound,
                      std::string_view value) {
    text_ += name_;
    text_ += suffix;
    bool is_first = true;
    const auto add = [&](std::string_view name, std::string_view label) {
        text_ += is_first ? '{' : ',';
        is_first = false;
        append_label(text_, name, label);
    };
    for (const Label& label : labels) {
        add(label.name, label.value);
    }
    if (!bound.empty()) {
        add("le", bound);
    }
    text_ += is_first ? " " : "} ";
    text_ += value;
    text_ += '\n';
}

void Exposition::sample(std::uint64_t value, Labels labels) {
    line("", labels, "", fmt::format("{}", value));
}

void Exposition::sample(std::int64_t value, Labels labels) {
    line("", labels, "", fmt::format("{}", value));
}

void Exposition::sample(double value, Labels labels) { line("", labels, "", number_text(value)); }

void Exposition::buckets(std::span<const double> bounds, std::span<const std::uint64_t> at_most,
                         double sum, std::uint64_t count, Labels labels) {
    SF_ASSERT(bounds.size() == at_most.size());
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        line("_bucket", labels, number_text(bounds[i]), fmt::format("{}", at_most[i]));
    }
    const std::string whole = fmt::format("{}", count);
    line("_bucket", labels, "+Inf", whole);
    line("_sum", labels, "", number_text(sum));
    line("_count", labels, "", whole);
}

}  // namespace sniperforge::ops
