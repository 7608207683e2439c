// SPDX-License-Identifier: MIT
// Against a datagram socket, as the service manager has one.
#include "sniperforge/ops/service_manager.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sniperforge::ops {
namespace {

using Lines = std::vector<std::string>;

constexpr MonoTime kStart{1'000'000'000};

class ServiceManagerTest : public ::testing::Test {
 protected:
    ServiceManagerTest() { forget(); }
    ~ServiceManagerTest() override {
        forget();
        if (fd >= 0) {
            ::close(fd);
        }
        std::filesystem::remove(path());
    }
    static void forget() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
            ::unsetenv(name);
        }
    }
    static void set(const char* name, const std::string& value) {
        ::setenv(name, value.c_str(), 1);
    }
    // Short: a socket's path holds 107 characters.
    static std::string path() { return "/tmp/sf_notify_" + std::to_string(::getpid()); }

    void listen(const std::string& name) {
        fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') {
            address.sun_path[0] = '\0';
        }
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size), 0);
        set("NOTIFY_SOCKET", name);
    }
    // What has arrived since the last call.
    [[nodiscard]] Lines heard() const {
        Lines lines;
        char text[512];
        for (ssize_t size = 0; (size = ::recv(fd, text, sizeof text, 0)) >= 0;) {
            lines.emplace_back(text, static_cast<std::size_t>(size));
        }
        return lines;
    }

    int fd = -1;
};

TEST_F(ServiceManagerTest, NothingHappensWhereThereIsNone) {
    for (const std::string name : {"", "relative", "/", "@"}) {
        set("NOTIFY_SOCKET", name);
        set("WATCHDOG_USEC", "3000000");
        ServiceManager manager;
        EXPECT_FALSE(manager.is_there()) << name;
        manager.tell_ready();
        manager.feed_watchdog(kStart);
        manager.tell_reloading();
    }
    set("NOTIFY_SOCKET", "/" + std::string(sizeof sockaddr_un{}.sun_path - 1, 'x'));
    EXPECT_FALSE(ServiceManager{}.is_there());
    set("NOTIFY_SOCKET", "/" + std::string(sizeof sockaddr_un{}.sun_path - 2, 'x'));
    EXPECT_TRUE(ServiceManager{}.is_there());
}

TEST_F(ServiceManagerTest, TellsEachStageOnceByAPathAndByAnAbstractName) {
    for (const std::string& name : {path(), "@sf-notify-" + std::to_string(::getpid())}) {
        listen(name);
        ServiceManager manager;
        ASSERT_TRUE(manager.is_there());
        manager.tell_ready();
        manager.tell_ready();
        EXPECT_EQ(heard(), Lines{"READY=1"}) << name;
        manager.tell_status("trading");
        manager.tell_status("trading");
        manager.tell_status("paused");
        EXPECT_EQ(heard(), (Lines{"STATUS=trading", "STATUS=paused"}));
        manager.tell_stopping();
        manager.tell_stopping();
        manager.tell_ready();
        EXPECT_EQ(heard(), Lines{"STOPPING=1"});
        ::close(std::exchange(fd, -1));
    }
}

TEST_F(ServiceManagerTest, TellsAgainWhatNobodyTook) {
    set("NOTIFY_SOCKET", path());
    ServiceManager manager;
    ASSERT_TRUE(manager.is_there());
    manager.tell_ready();
    manager.tell_status("trading");
    listen(path());
    manager.tell_ready();
    manager.tell_status("trading");
    EXPECT_EQ(heard(), (Lines{"READY=1", "STATUS=trading"}));
}

// A queue that nobody empties costs the loop nothing but what it had to say.
TEST_F(ServiceManagerTest, DoesNotWaitForOneThatDoesNotListen) {
    listen(path());
    ServiceManager manager;
    const auto since = std::chrono::steady_clock::now();
    for (int i = 0; i < 2'000; ++i) {
        manager.tell_status("line " + std::to_string(i));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds{1});
    const std::size_t queued = heard().size();
    EXPECT_LT(queued, 2'000U);
    manager.tell_status("the newest");
    EXPECT_EQ(heard(), Lines{"STATUS=the newest"});
}

TEST_F(ServiceManagerTest, TheStartIsExtendedByProgressAlone) {
    listen(path());
    ServiceManager manager;
    manager.extend_start(0, std::chrono::seconds{90});
    EXPECT_EQ(heard(), Lines{});
    manager.extend_start(1, std::chrono::seconds{90});
    manager.extend_start(1, std::chrono::seconds{90});
    EXPECT_EQ(heard(), Lines{"EXTEND_TIMEOUT_USEC=90000000"});
    manager.tell_ready();
    manager.extend_start(2, std::chrono::seconds{90});
    EXPECT_EQ(heard(), Lines{"READY=1"});
}

TEST_F(ServiceManagerTest, FeedsTheWatchdogWithEachThirdOfItsTimeAndNeverByItself) {
    listen(path());
    set("WATCHDOG_USEC", "3000000");
    set("WATCHDOG_PID", std::to_string(::getpid()));
    ServiceManager manager;
    manager.feed_watchdog(kStart);
    EXPECT_EQ(heard(), Lines{"WATCHDOG=1"});
    manager.feed_watchdog(kStart + std::chrono::milliseconds{999});
    // What is told meanwhile feeds nobody.
    manager.tell_ready();
    manager.tell_status("trading");
    manager.tell_reloading();
    manager.tell_reloaded();
    for (const std::string& line : heard()) {
        EXPECT_EQ(line.find("WATCHDOG"), std::string::npos) << line;
    }
    manager.feed_watchdog(kStart + std::chrono::milliseconds{1'000});
    EXPECT_EQ(heard(), Lines{"WATCHDOG=1"});
}

TEST_F(ServiceManagerTest, FeedsNoWatchdogThatIsNotItsOwn) {
    listen(path());
    const auto fed = [&](const std::string& time, const std::optional<std::string>& pid) {
        forget();
        set("NOTIFY_SOCKET", path());
        set("WATCHDOG_USEC", time);
        if (pid) {
            set("WATCHDOG_PID", *pid);
        }
        ServiceManager manager;
        manager.feed_watchdog(kStart);
        return !heard().empty();
    };
    EXPECT_TRUE(fed("3000000", std::nullopt));
    EXPECT_TRUE(fed("3000000", std::to_string(::getpid())));
    EXPECT_FALSE(fed("3000000", std::to_string(::getpid() + 1)));
    EXPECT_FALSE(fed("3000000", "x"));
    EXPECT_FALSE(fed("0", std::nullopt));
    EXPECT_FALSE(fed("-3000000", std::nullopt));
    EXPECT_FALSE(fed("3s", std::nullopt));
    EXPECT_FALSE(fed("", std::nullopt));
}

// The end of a reload says READY=1, too.
TEST_F(ServiceManagerTest, AReloadMakesNobodyReadyWhoIsNot) {
    listen(path());
    ServiceManager manager;
    manager.tell_reloading();
    manager.tell_reloaded();
    EXPECT_EQ(heard(), Lines{});
    manager.tell_ready();
    (void)heard();
    manager.tell_reloading();
    manager.tell_reloaded();
    const Lines told = heard();
    ASSERT_EQ(told.size(), 2U);
    const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
    ASSERT_EQ(told[0].substr(0, begin.size()), begin);
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const long long at_us = std::stoll(told[0].substr(begin.size()));
    const long long now_us = now.tv_sec * 1'000'000LL + now.tv_nsec / 1'000;
    EXPECT_LE(at_us, now_us);
    EXPECT_GT(at_us, now_us - 60'000'000);
    EXPECT_EQ(told[1], "READY=1");
    manager.tell_stopping();
    (void)heard();
    manager.tell_reloading();
    manager.tell_reloaded();
    EXPECT_EQ(heard(), Lines{});
}

}  // namespace
}  // namespace sniperforge::ops
