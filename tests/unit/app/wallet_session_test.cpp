// SPDX-License-Identifier: MIT
#include "app/wallet_session.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "app/commands.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "support/keys.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

// The books of no wallet are not those of each: what is in flight would be sold twice.
TEST(WalletSession, RefusesARingWhoseJournalIsGoneAndTakesBothOfThem) {
    const fs::path root =
        fs::path{::testing::TempDir()} / ("sf_wallet_session_" + std::to_string(::getpid()));
    fs::remove_all(root);
    fs::create_directories(root / "state");
    ::setenv("XDG_STATE_HOME", root.c_str(), 1);
    const Pubkey wallet = test::key_of(1);
    WalletSession session;
    session.setup.options.state_dir = (root / "state").string();
    {
        auto recorder = engine::Recorder::open({.state_dir = session.setup.options.state_dir,
                                                .run = {"run", "build", "boot", wallet},
                                                .is_threaded = false,
                                                .settings = {}},
                                               {});
        ASSERT_TRUE(recorder) << recorder.error().text;
        OrderIntent intent;
        intent.intent_id = IntentId{1};
        ASSERT_TRUE((*recorder)->record_signed(
            intent, {IntentId{1}, Signature::from(Bytes(64, 1)), BlockHeight{9}}, WallTime{1}));
    }
    const auto reactor = net::make_asio_reactor();
    const auto whole = take_wallet(session, wallet, *reactor);
    EXPECT_TRUE(whole) << whole.error().text;
    session.wallet_lock = {};
    fs::remove(session.setup.options.state_dir + "/journal-000001.sfj");
    const auto refused = take_wallet(session, wallet, *reactor);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, kExitNotReady);
    EXPECT_NE(refused.error().text.find("has a write-ahead ring and no journal"), std::string::npos)
        << refused.error().text;
    ::unsetenv("XDG_STATE_HOME");
    fs::remove_all(root);
}

// A command that moves what a dead daemon held, with two endpoints of which one may hang.
class EndpointsLeftOut : public ::testing::Test {
 protected:
    EndpointsLeftOut() : one_{reactor_, 1000}, other_{reactor_, 2000} {
        network_.request_timeout = std::chrono::seconds{1};
        for (const auto& [name, node] : {std::pair{"one", &one_}, {"other", &other_}}) {
            node->answer = [](const test::RpcRequest& request) {
                return test::result_of(request, fmt::format("\"{}\"", test::key_of(1).to_string()));
            };
            config::EndpointSettings endpoint;
            endpoint.name = name;
            endpoint.rpc_url = node->rpc_url();
            network_.endpoints.push_back(std::move(endpoint));
        }
    }
    [[nodiscard]] Result<Hash> leave_out() {
        return leave_out_untold(reactor_, network_,
                                [&](const std::string& line) { told_ += line; });
    }
    [[nodiscard]] std::vector<std::string> left() const {
        std::vector<std::string> names;
        for (const config::EndpointSettings& each : network_.endpoints) {
            names.push_back(each.name);
        }
        return names;
    }

    net::VirtualReactor reactor_;
    test::FakeNode one_, other_;
    config::NetworkSettings network_;
    std::string told_;
};

TEST_F(EndpointsLeftOut, AreNoneWhereAllTell) {
    const auto chain = leave_out();
    ASSERT_TRUE(chain) << chain.error().text;
    EXPECT_EQ(chain->to_string(), test::key_of(1).to_string());
    EXPECT_EQ(left(), (std::vector<std::string>{"one", "other"}));
    EXPECT_EQ(told_, "");
}

TEST_F(EndpointsLeftOut, AreThoseThatHangWhicheverItIsAndItIsSaid) {
    const auto all = network_;
    for (test::FakeNode* hung : {&one_, &other_}) {
        network_ = all;
        told_.clear();
        one_.is_mute = hung == &one_;
        other_.is_mute = hung == &other_;
        const std::string answering = hung == &one_ ? "other" : "one";
        const auto chain = leave_out();
        ASSERT_TRUE(chain) << chain.error().text;
        EXPECT_EQ(left(), std::vector{answering});
        EXPECT_NE(told_.find("left out until the end of this command: " +
                             std::string{hung == &one_ ? "one: " : "other: "}),
                  std::string::npos)
            << told_;
        EXPECT_NE(told_.find("One endpoint is read from"), std::string::npos) << told_;
    }
}

TEST_F(EndpointsLeftOut, AreNotAllNorTheOnlyOneThatCanBeSentTo) {
    network_.endpoints[0].role = "read";
    network_.endpoints[1].role = "send";
    other_.is_mute = true;
    const auto unsendable = leave_out();
    ASSERT_FALSE(unsendable);
    EXPECT_NE(unsendable.error().text.find("can only be read from"), std::string::npos)
        << unsendable.error().text;
    network_.endpoints.resize(1);
    one_.is_mute = true;
    const auto none = leave_out();
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("of any endpoint: one: "), std::string::npos)
        << none.error().text;
}

TEST_F(EndpointsLeftOut, DoNotHideThatTheOthersServeDifferentChains) {
    other_.answer = [](const test::RpcRequest& request) {
        return test::result_of(request, fmt::format("\"{}\"", test::key_of(2).to_string()));
    };
    const auto chain = leave_out();
    ASSERT_FALSE(chain);
    EXPECT_NE(chain.error().text.find("different chains"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::app
