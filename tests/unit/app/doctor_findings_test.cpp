// SPDX-License-Identifier: MIT
#include "app/doctor_findings.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

TEST(Findings, OnlyAFailureMakesItNotReady) {
    Findings findings{true};
    EXPECT_EQ(findings.exit_code(), 0);
    findings.add({Verdict::Ok, "a", "b", "c"});
    findings.add({Verdict::Warn, "a", "b", "c"});
    findings.add({Verdict::Skip, "a", "b", "c"});
    EXPECT_EQ(findings.exit_code(), 0);
    findings.add({Verdict::Fail, "a", "b", "c"});
    EXPECT_EQ(findings.exit_code(), 3);
    EXPECT_EQ(findings.count(Verdict::Fail), 1U);
    EXPECT_EQ(findings.all().size(), 4U);
}

TEST(Findings, ALineSaysWhatOfWhatWasFoundAndWhatToDo) {
    EXPECT_EQ(line_of({Verdict::Ok, "node a", "slot", "5"}), "ok    node a: slot: 5");
    EXPECT_EQ(line_of({Verdict::Fail, "node a", "slot", "5 behind, allowed 4", "ask"}),
              "FAIL  node a: slot: 5 behind, allowed 4; ask");
}

TEST(Findings, AnObjectHasTheFiguresAndNoMemberThatIsEmpty) {
    EXPECT_EQ(json_of({Verdict::Warn, "a", "b", "say \"c\"", "", R"({"x":1})"}),
              R"({"verdict":"warn","subject":"a","check":"b","found":"say \"c\"",)"
              R"("details":{"x":1}})");
}

}  // namespace
}  // namespace sniperforge::app
