// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rig.hpp"

namespace sniperforge::faults {
namespace {

struct Row {
    std::string fault, end_state, timings;
};

std::vector<Row>& rows() {
    static std::vector<Row> all;
    return all;
}

double milliseconds_of(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

std::string text_of(const Timing& timing) {
    if (!timing.took) {
        return fmt::format("{} never, within {:.0f} ms wanted", timing.what,
                           milliseconds_of(timing.bound));
    }
    return fmt::format("{} {:.1f} of {:.0f} ms ({:.1f} slots)", timing.what,
                       milliseconds_of(*timing.took), milliseconds_of(timing.bound),
                       milliseconds_of(*timing.took) / milliseconds_of(Rig::kSlot));
}

// Prints when all tests have run.
class Table final : public ::testing::Environment {
 public:
    void TearDown() override {
        if (rows().empty()) {
            return;
        }
        constexpr auto kLine = "{:<52} | {:<60} | {}\n";
        fmt::print(kLine, "fault", "must end as", "took, of at most (virtual time)");
        for (const Row& row : rows()) {
            fmt::print(kLine, row.fault, row.end_state, row.timings);
        }
    }
};

const auto* const kTable = ::testing::AddGlobalTestEnvironment(new Table);

}  // namespace

std::string word_of(std::string_view fault) {
    std::string word;
    for (const char c : fault) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_plain) {
            word += c;
        } else if (!word.empty() && word.back() != '_') {
            word += '_';
        }
    }
    return word;
}

void conclude(std::string fault, std::string end_state, std::vector<Timing> timings) {
    Row row{std::move(fault), std::move(end_state), {}};
    for (const Timing& timing : timings) {
        const std::string text = text_of(timing);
        EXPECT_TRUE(timing.took && *timing.took <= timing.bound) << row.fault << ": " << text;
        row.timings += (row.timings.empty() ? "" : "; ") + text;
    }
    if (::testing::Test::HasFailure()) {
        row.end_state = "FAILED: " + row.end_state;
    }
    rows().push_back(std::move(row));
}

}  // namespace sniperforge::faults
