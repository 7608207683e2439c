// SPDX-License-Identifier: MIT
#include "app/wallet_lock.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

// Of this process alone: tests run beside each other.
[[nodiscard]] Pubkey wallet_of(std::uint8_t number) {
    Pubkey wallet;
    wallet.bytes.fill(number);
    const auto pid = static_cast<std::uint32_t>(::getpid());
    for (std::size_t i = 0; i < 4; ++i) {
        wallet.bytes[i] = static_cast<std::uint8_t>(pid >> (8 * i));
    }
    return wallet;
}

class WalletLockTest : public ::testing::Test {
 protected:
    WalletLockTest() {
        root = fs::path{::testing::TempDir()} / ("sf_wallet_" + std::to_string(::getpid()));
        fs::remove_all(root);
        live_in("one");
    }
    ~WalletLockTest() override {
        ::unsetenv("XDG_STATE_HOME");
        fs::remove_all(root);
    }
    // As another user would.
    void live_in(const std::string& name) const {
        fs::create_directories(root / name);
        ::setenv("XDG_STATE_HOME", (root / name).c_str(), 1);
    }
    [[nodiscard]] static bool says(const Result<WalletLock>& taken, const std::string& part) {
        return !taken && taken.error().text.find(part) != std::string::npos;
    }
    // A process with another home that does this, tells that it has, and stays until it is ended.
    [[nodiscard]] pid_t start(const std::function<bool()>& act, bool& is_done) const {
        std::array<int, 2> pipe{};
        EXPECT_EQ(::pipe(pipe.data()), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            live_in("two");
            const char done = act() ? 'y' : 'n';
            (void)!::write(pipe[1], &done, 1);
            ::pause();
            ::_exit(0);
        }
        ::close(pipe[1]);  // First: who ends without a word is not waited for.
        char done = 'n';
        EXPECT_EQ(::read(pipe[0], &done, 1), 1);
        ::close(pipe[0]);
        is_done = done == 'y';
        return child;
    }
    static void end(pid_t child) {
        ASSERT_GT(child, 0);  // Below it is no process, but all of them.
        ::kill(child, SIGKILL);
        EXPECT_EQ(::waitpid(child, nullptr, 0), child);
    }

    fs::path root;
};

TEST_F(WalletLockTest, KeepsASecondOneOutWhateverTheDirectoryUntilItGoes) {
    const Pubkey wallet = wallet_of(7);
    {
        const auto first = WalletLock::take(wallet);
        ASSERT_TRUE(first) << first.error().text;
        EXPECT_TRUE(says(WalletLock::take(wallet), wallet.to_string()));
        EXPECT_TRUE(WalletLock::take(wallet_of(8)));
        live_in("two");
        const auto second = WalletLock::take(wallet);
        EXPECT_TRUE(says(second, "is in use by another sniperforge"));
        EXPECT_TRUE(says(second, "process " + std::to_string(::getpid()) + " of user id " +
                                     std::to_string(::getuid())));
    }
    EXPECT_TRUE(WalletLock::take(wallet));
    live_in("one");
    EXPECT_TRUE(WalletLock::take(wallet));
}

TEST_F(WalletLockTest, StaysWithWhoeverItWasMovedTo) {
    auto taken = WalletLock::take(wallet_of(7));
    ASSERT_TRUE(taken);
    live_in("two");
    WalletLock kept;
    kept = std::move(*taken);
    EXPECT_FALSE(WalletLock::take(wallet_of(7)));
    WalletLock moved{std::move(kept)};
    EXPECT_FALSE(WalletLock::take(wallet_of(7)));
    moved = WalletLock{};
    EXPECT_TRUE(WalletLock::take(wallet_of(7)));
}

TEST_F(WalletLockTest, KeepsOutAProcessWithAnotherStateHome) {
    const Pubkey wallet = wallet_of(7);
    const auto ours = WalletLock::take(wallet);
    ASSERT_TRUE(ours);
    bool is_refused = false;
    const pid_t child = start([&] { return !WalletLock::take(wallet); }, is_refused);
    end(child);
    EXPECT_TRUE(is_refused);
}

TEST_F(WalletLockTest, NamesTheProcessThatHoldsItAndIsFreeOnceThatWasKilled) {
    const Pubkey wallet = wallet_of(7);
    EXPECT_FALSE(holder_of(wallet));
    bool is_taken = false;
    std::optional<WalletLock> held;
    const pid_t child = start(
        [&] {
            auto taken = WalletLock::take(wallet);
            if (taken) {
                held.emplace(std::move(*taken));
            }
            return held.has_value();
        },
        is_taken);
    if (!is_taken) {
        end(child);
        FAIL() << "the other process did not get it";
    }
    const std::string name = "process " + std::to_string(child) + " of user id ";
    EXPECT_TRUE(says(WalletLock::take(wallet), name));
    const auto holder = holder_of(wallet);
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->find(name), 0U) << *holder;
    end(child);
    EXPECT_FALSE(holder_of(wallet));
    EXPECT_TRUE(WalletLock::take(wallet));
}

// Nobody accepts: what they wait in is bounded, and a full one is still a holder.
TEST_F(WalletLockTest, IsHeldHoweverManyHaveAskedByWhom) {
    const auto ours = WalletLock::take(wallet_of(7));
    ASSERT_TRUE(ours);
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(holder_of(wallet_of(7))) << i;
    }
    live_in("two");
    EXPECT_TRUE(says(WalletLock::take(wallet_of(7)), "a process of this machine holds"));
}

}  // namespace
}  // namespace sniperforge::app
