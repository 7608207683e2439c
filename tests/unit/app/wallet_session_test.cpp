// SPDX-License-Identifier: MIT
#include "app/wallet_session.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "app/commands.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/net/reactor.hpp"
#include "support/keys.hpp"

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

}  // namespace
}  // namespace sniperforge::app
