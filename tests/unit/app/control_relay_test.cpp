// SPDX-License-Identifier: MIT
#include "app/control_relay.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <optional>
#include <utility>

#include "app/manual_command_posted.hpp"
#include "sniperforge/ops/control.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

[[nodiscard]] std::string body_of(std::string_view command, std::string_view confirm,
                                  std::string_view reason = "") {
    return fmt::format(R"({{"command":"{}","reason":"{}","confirm":"{}"}})", command, reason,
                       confirm);
}

TEST(ControlLine, IsWhatTheCommandLineWouldSend) {
    EXPECT_EQ(*control_line(body_of("pause", "pause", "lunch")),
              R"(pause {"reason":"lunch","outside":false})");
    EXPECT_EQ(*control_line(body_of("resume", "resume")),
              R"(resume {"reason":"","outside":false})");
    EXPECT_EQ(*control_line(body_of("flatten", "flatten", R"(a \"b\")")),
              R"(flatten {"reason":"a \"b\"","outside":false})");
    EXPECT_EQ(*control_line(body_of("stop", "stop")), "stop");
    // In any order.
    EXPECT_TRUE(control_line(R"({"confirm":"stop","command":"stop","reason":""})"));
}

TEST(ControlLine, IsNothingWhereAnythingIsAmiss) {
    for (const std::string& body :
         {std::string{},
          std::string{"{}"},
          std::string{"[]"},
          std::string{"null"},
          std::string{"pause"},
          std::string{"\xff"},
          body_of("pause", ""),
          body_of("pause", "resume"),
          body_of("Pause", "Pause"),
          body_of("", ""),
          body_of("reload", "reload"),
          body_of("status", "status"),
          body_of("pause\\n", "pause\\n"),
          body_of("stop\\nflatten", "stop\\nflatten"),
          std::string{R"({"command":"pause","confirm":"pause"})"},
          std::string{R"({"command":"pause","reason":null,"confirm":"pause"})"},
          std::string{R"({"command":1,"reason":"","confirm":1})"},
          std::string{R"({"command":"pause","reason":"","confirm":"pause","outside":"true"})"},
          std::string{R"({"command":"pause","command":"pause","reason":"","confirm":"pause"})"},
          body_of("pause", "pause") + body_of("pause", "pause"),
          body_of("pause", "pause", std::string(201, 'x')),
          body_of("pause", "pause", "two\\nlines")}) {
        EXPECT_FALSE(control_line(body)) << body;
    }
    EXPECT_TRUE(control_line(body_of("pause", "pause", std::string(200, 'x'))));
}

// A control socket of its own, and this thread as the admin thread.
class ControlRelayTest : public ::testing::Test {
 protected:
    ControlRelayTest() : socket{fs::temp_directory_path() / fmt::format("sf_rl_{}", ::getpid())} {}
    ~ControlRelayTest() override { server.reset(); }
    void serve(ops::ControlHooks hooks) {
        hooks.wake = [] {};
        auto started = ops::ControlServer::start(socket.string(), std::move(hooks));
        ASSERT_TRUE(started) << started.error().text;
        server = std::move(*started);
    }
    void send(std::string_view body) {
        relay.relay(
            body, [this](net::HttpResponse response) { answer = std::move(response); },
            [this](net::Task task) { posted.set_value(std::move(task)); });
    }
    // What the relay's thread had this one do.
    void do_posted() {
        posted.get_future().get()();
        posted = {};
    }

    fs::path socket;
    std::promise<net::Task> posted;
    std::optional<net::HttpResponse> answer;
    std::unique_ptr<ops::ControlServer> server;
    ControlRelay relay{socket.string()};
};

TEST_F(ControlRelayTest, SendsTheLineAndAnswersWhatTheSocketDoes) {
    std::promise<std::string> heard;
    serve({.wake = {}, .answer = [&](std::string_view line) {
               heard.set_value(std::string{line});
               return R"({"ok":true})";
           }});
    send(body_of("pause", "pause", "x"));
    EXPECT_FALSE(answer);
    do_posted();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "{\"ok\":true}\n");
    EXPECT_EQ(answer->header("content-type"), "application/json");
    EXPECT_EQ(heard.get_future().get(), R"(pause {"reason":"x","outside":false})");
    send(body_of("stop", "stop"));
    do_posted();
    EXPECT_EQ(answer->body, "{\"ok\":true,\"stopping\":true}\n");
}

TEST_F(ControlRelayTest, TakesOneAtATimeAndNoneOnceItIsClosed) {
    std::promise<void> go;
    serve({.wake = {}, .answer = [&, wait = go.get_future().share()](std::string_view) {
               wait.wait();
               return "{}";
           }});
    send(body_of("pause", "pause"));
    send(body_of("flatten", "flatten"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 409);
    go.set_value();
    do_posted();
    EXPECT_EQ(answer->status, 200);
    relay.close();
    send(body_of("flatten", "flatten"));
    EXPECT_EQ(answer->status, 503);
}

TEST_F(ControlRelayTest, SaysWhatIsWrongWithACommandAndThatNobodyAnswers) {
    send("{}");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 400);
    EXPECT_NE(answer->body.find(R"("exit_code":2)"), std::string::npos);
    send(body_of("pause", "pause"));
    do_posted();
    EXPECT_EQ(answer->status, 502);
    EXPECT_NE(answer->body.find("no daemon answers"), std::string::npos) << answer->body;
}

}  // namespace
}  // namespace sniperforge::app
