// SPDX-License-Identifier: MIT
// Which orders a person wanted, of a daemon that may lose what it was told.
#include "app/drill_commands.hpp"

#include <gtest/gtest.h>

#include "app/commands.hpp"

namespace sniperforge::app {
namespace {

using engine::OperatorVerb;

TEST(DrillCommands, WantWhatIsBoughtBehindAResumeUntilTheNextOrderOrTheNextDaemon) {
    MonoTime now{1};
    std::vector<DrillCommand> given;
    for (const OperatorVerb verb :
         {OperatorVerb::Flatten, OperatorVerb::Resume, OperatorVerb::Pause, OperatorVerb::Resume}) {
        given.push_back({Duration{0}, {.verb = verb}});
    }
    DrillCommands commands{given, [&now] { return now; }};
    commands.begin();
    commands.obeyed({});  // The flattening.
    commands.on_order(1);
    commands.obeyed({.exit_code = kExitNotReady});
    commands.on_order(2);
    EXPECT_TRUE(commands.resumed().empty());
    commands.obeyed({});
    commands.on_order(3);
    commands.obeyed({});  // The pause.
    commands.on_order(4);
    commands.obeyed({});
    commands.on_order(5);
    commands.life_begins();  // It knows what the journal knows.
    commands.on_order(6);
    EXPECT_EQ(commands.resumed(), (std::set<std::uint64_t>{3, 5}));
    EXPECT_TRUE(commands.is_over());
}

}  // namespace
}  // namespace sniperforge::app
