// SPDX-License-Identifier: MIT
#include "app/doctor_findings.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/json_fields.hpp"
#include "app/terminal.hpp"

namespace sniperforge::app {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Ok:
            return "ok";
        case Verdict::Warn:
            return "warn";
        case Verdict::Fail:
            return "FAIL";
        case Verdict::Skip:
            return "skip";
    }
    return "unknown";
}

namespace {

[[nodiscard]] Color color_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Ok:
            return Color::Green;
        case Verdict::Warn:
            return Color::Yellow;
        case Verdict::Fail:
            return Color::Red;
        case Verdict::Skip:
            break;
    }
    return Color::Dim;
}

}  // namespace

std::string line_of(const Finding& finding) {
    return fmt::format("{:<4}  {}: {}: {}{}{}", to_string(finding.verdict), finding.subject,
                       finding.check, finding.found, finding.advice.empty() ? "" : "; ",
                       finding.advice);
}

std::string json_of(const Finding& finding) {
    JsonFields fields;
    fields.text("verdict", to_string(finding.verdict))
        .text("subject", finding.subject)
        .text("check", finding.check)
        .text("found", finding.found);
    if (!finding.advice.empty()) {
        fields.text("advice", finding.advice);
    }
    if (!finding.details.empty()) {
        fields.raw("details", finding.details);
    }
    return fields.object();
}

void Findings::add(Finding finding) {
    if (!is_json_) {
        fmt::print("{}{}\n", painted(stdout, color_of(finding.verdict), to_string(finding.verdict)),
                   line_of(finding).substr(to_string(finding.verdict).size()));
        std::fflush(stdout);
    }
    ++counts_[static_cast<std::size_t>(finding.verdict)];
    all_.push_back(std::move(finding));
}

int Findings::exit_code() const { return count(Verdict::Fail) > 0 ? kExitNotReady : kExitOk; }

void Findings::print_end(bool is_live) const {
    if (!is_json_) {
        fmt::print("{} ok, {} warn, {} FAIL, {} skip\n", count(Verdict::Ok), count(Verdict::Warn),
                   count(Verdict::Fail), count(Verdict::Skip));
        return;
    }
    std::vector<std::string> checks;
    for (const Finding& finding : all_) {
        checks.push_back(json_of(finding));
    }
    const auto figure = [&](Verdict verdict) { return static_cast<std::int64_t>(count(verdict)); };
    fmt::print("{}\n", JsonFields{}
                           .boolean("ok", exit_code() == kExitOk)
                           .boolean("live", is_live)
                           .narrow("oks", figure(Verdict::Ok))
                           .narrow("warnings", figure(Verdict::Warn))
                           .narrow("failures", figure(Verdict::Fail))
                           .narrow("skipped", figure(Verdict::Skip))
                           .raw("checks", json_array(checks))
                           .object());
}

}  // namespace sniperforge::app
