// SPDX-License-Identifier: MIT
// The executor with a lane beside its node.
#pragma once

#include "unit/execute/executor_support.hpp"
#include "unit/execute/fake_lane.hpp"

namespace sniperforge::execute::test {

class LanedExecutorTest : public ExecutorTest {
 protected:
    ~LanedExecutorTest() override { executor.reset(); }  // Before its lanes.

    // From the next make_laned_executor() on there is one.
    void use_lane() {
        settings.lanes = {lane.settings()};
        auto made = Lanes::create(reactor, settings.lanes, seconds{1});
        ASSERT_TRUE(made) << made.error().text;
        executor.reset();
        lanes = std::move(*made);
    }
    void make_laned_executor() {
        executor =
            std::make_unique<Executor>(ExecutorDependencies{reactor, rpc, *jupiter, signer,
                                                            accounts.book, events, lanes.get()},
                                       settings);
        executor->start();
    }

    lane_test::FakeLane lane{reactor, "lane"};
    std::unique_ptr<Lanes> lanes;
};

}  // namespace sniperforge::execute::test
