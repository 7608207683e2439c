// SPDX-License-Identifier: MIT
#include "sniperforge/ops/control.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

namespace sniperforge::ops {
namespace {

namespace fs = std::filesystem;

class ControlTest : public ::testing::Test {
 protected:
    ControlTest() {
        // Short: a socket's path holds 107 characters.
        directory = fs::path{"/tmp"} / ("sf_ops_" + std::to_string(::getpid()));
        fs::remove_all(directory);
        fs::create_directories(directory);
        path = (directory / "control.sock").string();
    }
    ~ControlTest() override {
        server.reset();
        fs::remove_all(directory);
    }
    void start(ControlHooks hooks = {}) {
        hooks.wake = [this] { ++wakes; };
        auto started = ControlServer::start(path, std::move(hooks));
        ASSERT_TRUE(started) << started.error().text;
        server = std::move(*started);
    }
    [[nodiscard]] std::string ask(std::string_view command) const {
        const auto answer = control_request(path, command);
        EXPECT_TRUE(answer) << answer.error().text;
        return answer ? *answer : std::string{};
    }

    fs::path directory;
    std::string path;
    std::atomic<int> wakes{0};
    std::unique_ptr<ControlServer> server;
};

TEST_F(ControlTest, AnswersWithTheNewestStateThatWasPublished) {
    start();
    EXPECT_EQ(ask("status"), R"({"state":"starting"})");
    for (int i = 1; i <= 5; ++i) {
        server->publish([i] { return "{\"n\":" + std::to_string(i) + "}"; });
    }
    EXPECT_EQ(ask("status"), R"({"n":5})");
    EXPECT_EQ(ask("status"), R"({"n":5})");
    EXPECT_EQ(wakes, 0);
}

TEST_F(ControlTest, HandsAStopToTheLoopAndWakesIt) {
    start();
    Command command{};
    EXPECT_FALSE(server->take_command(command));
    EXPECT_EQ(ask("stop"), R"({"ok":true,"stopping":true})");
    EXPECT_EQ(wakes, 1);
    ASSERT_TRUE(server->take_command(command));
    EXPECT_EQ(command, Command::Stop);
    EXPECT_FALSE(server->take_command(command));
}

TEST_F(ControlTest, RefusesCommandsThatItDoesNotKnow) {
    start();
    for (const char* command : {"", "STOP", "stop ", " status", "flatten"}) {
        EXPECT_NE(ask(command).find(R"("ok":false)"), std::string::npos) << command;
    }
    Command command{};
    EXPECT_FALSE(server->take_command(command));
    EXPECT_EQ(wakes, 0);
}

TEST_F(ControlTest, LetsItsOwnerAnswerWhatItDoesNotKnowAndNothingElse) {
    start({.wake = {},
           .answer = [](std::string_view command) -> std::optional<std::string> {
               return command == "reload" ? std::optional{std::string{R"({"n":1})"}} : std::nullopt;
           },
           .known = ", reload"});
    EXPECT_EQ(ask("reload"), R"({"n":1})");
    EXPECT_EQ(ask("status"), R"({"state":"starting"})");
    EXPECT_EQ(ask("flatten"),
              R"({"ok":false,"error":"unknown command; known: status, stop, reload"})");
    EXPECT_EQ(wakes, 0);
}

TEST_F(ControlTest, LooksAfterItsOwnersBusinessOnItsOwnThread) {
    std::atomic<int> polls{0};
    start({.wake = {}, .poll = [&] { ++polls; }});
    (void)ask("status");
    (void)ask("status");  // One turn of the thread is over when the next is served.
    EXPECT_GE(polls, 1);
    server.reset();
}

TEST_F(ControlTest, HangsUpOnARequestThatDoesNotEnd) {
    start();
    EXPECT_FALSE(control_request(path, std::string(10'000, 'x')));
    EXPECT_EQ(ask("status"), R"({"state":"starting"})");  // And serves the next.
}

TEST_F(ControlTest, CarriesALongAnswerWhole) {
    start();
    const std::string status = "{\"text\":\"" + std::string(300'000, 'x') + "\"}";
    server->publish([status] { return status; });
    EXPECT_EQ(ask("status"), status);
}

TEST_F(ControlTest, SaysThatNoDaemonAnswers) {
    const auto none = control_request(path, "status");
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("no daemon answers at " + path), std::string::npos);
    start();
    server.reset();
    EXPECT_FALSE(fs::exists(path));
    EXPECT_FALSE(control_request(path, "status"));
}

TEST_F(ControlTest, TakesThePlaceOfASocketThatADeadDaemonLeft) {
    start();
    const std::string kept = path + ".kept";
    fs::rename(path, kept);  // As after kill -9: the name stays when the process goes.
    server.reset();
    fs::rename(kept, path);
    EXPECT_FALSE(control_request(path, "status"));
    start();
    EXPECT_EQ(ask("status"), R"({"state":"starting"})");
}

TEST_F(ControlTest, LetsOnlyItsOwnerIn) {
    start();
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ControlTest, RefusesAPathThatNoSocketCanHave) {
    path = (directory / std::string(120, 'x')).string();
    const auto refused = ControlServer::start(path, {.wake = [] {}});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("at most 107 are possible"), std::string::npos)
        << refused.error().text;
    EXPECT_FALSE(control_request(path, "status"));
}

}  // namespace
}  // namespace sniperforge::ops
