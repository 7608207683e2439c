// SPDX-License-Identifier: MIT
// The daemon's pages over real sockets, with its token in a file.
#include "app/admin.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/admin_token.hpp"
#include "app/readiness.hpp"
#include "sniperforge/net/reactor.hpp"
#include "support/loopback_client.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

class AdminTest : public ::testing::Test {
 protected:
    AdminTest()
        : directory{fs::temp_directory_path() / ("sf_admin_" + std::to_string(::getpid()))} {
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    ~AdminTest() override {
        admin.reset();
        fs::remove_all(directory);
    }
    void start() {
        auto started =
            Admin::start({.listen = "127.0.0.1:0", .token_file = "", .control_token_file = control},
                         directory.string(), {});
        ASSERT_TRUE(started) << started.error().text;
        admin = std::move(*started);
    }
    [[nodiscard]] std::uint16_t port() const {
        return static_cast<std::uint16_t>(
            std::stoi(admin->url().substr(std::string_view{"http://127.0.0.1:"}.size())));
    }
    [[nodiscard]] std::string token() const {
        std::ifstream in{directory / "ops.token"};
        std::string line;
        std::getline(in, line);
        return line;
    }
    [[nodiscard]] std::string get(std::string_view page, bool shows_token) const {
        return test::get(port(), page,
                         shows_token ? "Authorization: Bearer " + token() + "\r\n" : "");
    }
    void publish(Duration age, std::uint64_t shown = 0) const {
        auto replica = std::make_shared<Replica>();
        if (shown > 0) {
            replica->shown.emplace().number = shown;
        }
        replica->at = net::make_asio_reactor()->now() + -age;
        replica->report.state = TradingState::Active;
        replica->feed.is_blind = false;
        admin->publish(std::move(replica));
    }
    static bool is(const std::string& answer, std::string_view status, std::string_view body) {
        return answer.starts_with("HTTP/1.1 " + std::string{status}) &&
               answer.ends_with("\r\n\r\n" + std::string{body});
    }

    fs::path directory;
    std::string control;  // ops.control_token_file.
    std::unique_ptr<Admin> admin;
};

TEST_F(AdminTest, TellsHealthToAllAndTheRestToWhoShowsTheToken) {
    start();
    EXPECT_TRUE(is(get("/healthz", false), "503", "not ok\n"));
    EXPECT_TRUE(is(get("/readyz", true), "503", "not ready\nthe loop has told nothing yet\n"));
    EXPECT_TRUE(is(get("/status", true), "503", "the loop has told nothing yet; ask again\n"));
    publish(Duration{0});
    EXPECT_TRUE(is(get("/healthz", false), "200", "ok\n"));
    EXPECT_TRUE(is(get("/readyz", false), "200", ""));
    EXPECT_TRUE(is(get("/readyz", true), "200", "ready\n"));
    publish(kReplicaAgeMax + std::chrono::seconds{60});
    EXPECT_TRUE(is(get("/healthz", false), "503", "not ok\n"));
    EXPECT_TRUE(is(get("/readyz", false), "503", ""));
    EXPECT_TRUE(get("/metrics", false).starts_with("HTTP/1.1 401"));
    EXPECT_TRUE(get("/status", false).starts_with("HTTP/1.1 401"));
    const std::string status = get("/status", true);
    EXPECT_TRUE(status.starts_with("HTTP/1.1 200"));
    EXPECT_NE(status.find("\r\n\r\n{\"state\":"), std::string::npos);
    const std::string metrics = get("/metrics", true);
    EXPECT_TRUE(metrics.starts_with("HTTP/1.1 200"));
    EXPECT_NE(metrics.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
              std::string::npos);
    EXPECT_NE(metrics.find("\nsniperforge_engine_trading_state{state=\"ACTIVE\"} 1\n"),
              std::string::npos);
    EXPECT_EQ(metrics.find(token()), std::string::npos);
}

// Nobody reads at such a pace, and the loop goes on all the same.
TEST_F(AdminTest, WhatDoesNotFitIsDroppedAndCounted) {
    start();
    for (int i = 0; i < 10'000 && admin->dropped() == 0; ++i) {
        publish(Duration{0});
    }
    EXPECT_GT(admin->dropped(), 0U);
    EXPECT_TRUE(is(get("/healthz", false), "200", "ok\n"));
}

TEST_F(AdminTest, MakesATokenOnceThatItsOwnerAloneReads) {
    start();
    const std::string made = token();
    EXPECT_EQ(made.size(), 64U);
    struct stat status{};
    ASSERT_EQ(::stat((directory / "ops.token").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    admin.reset();
    start();
    EXPECT_EQ(token(), made);
    fs::remove(directory / "ops.token");
    admin.reset();
    start();
    EXPECT_NE(token(), made);
}

// Where memory cannot be locked, keys are not read; metrics are told all the same.
TEST_F(AdminTest, ATokenIsNoKeyAndClosesTheProcessToNobody) {
    ASSERT_EQ(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
    ASSERT_TRUE(admin_token((directory / "ops.token").string()));
    EXPECT_EQ(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
}

TEST_F(AdminTest, RefusesATokenFileThatOthersReadOrThatIsWeak) {
    const auto path = (directory / "ops.token").string();
    std::ofstream{path} << "0123456789abcdef0123456789abcdef\n";
    for (const auto& [mode, is_taken] : {std::pair{0600, true}, std::pair{0640, false},
                                         std::pair{0604, false}, std::pair{0400, true}}) {
        ::chmod(path.c_str(), static_cast<mode_t>(mode));
        const auto token = admin_token(path);
        EXPECT_EQ(token.has_value(), is_taken) << mode;
        if (!token) {
            EXPECT_NE(token.error().text.find("chmod 600"), std::string::npos);
        }
    }
    ::chmod(path.c_str(), 0600);
    std::ofstream{path} << "short\n";
    const auto weak = admin_token(path);
    ASSERT_FALSE(weak);
    EXPECT_NE(weak.error().text.find(path), std::string::npos);
    EXPECT_EQ(weak.error().text.find("short"), std::string::npos);
    const auto of_directory = admin_token(directory.string());
    ASSERT_FALSE(of_directory);
    EXPECT_NE(of_directory.error().text.find("is a directory"), std::string::npos);
    const auto nowhere = admin_token((directory / "no/token").string());
    ASSERT_FALSE(nowhere);
    EXPECT_NE(nowhere.error().text.find("in a directory that is there"), std::string::npos);
}

TEST_F(AdminTest, ServesThePageToAllAndItsFiguresToWhoShowsTheToken) {
    start();
    const std::string page = get("/", false);
    EXPECT_TRUE(page.starts_with("HTTP/1.1 200"));
    EXPECT_NE(page.find("\r\nContent-Type: text/html; charset=utf-8\r\n"), std::string::npos);
    EXPECT_NE(page.find("script-src 'self'"), std::string::npos);
    EXPECT_EQ(page.find("Cache-Control: no-store"), std::string::npos);
    EXPECT_EQ(page.substr(page.find("\r\n\r\n")), [&] {
        const std::string same = get("/index.html", false);
        return same.substr(same.find("\r\n\r\n"));
    }());
    const auto etag = page.substr(page.find("ETag: ") + 6, 66);
    const std::string known = test::get(port(), "/", "If-None-Match: " + etag + "\r\n");
    EXPECT_TRUE(known.starts_with("HTTP/1.1 304")) << known;
    EXPECT_TRUE(known.ends_with("\r\n\r\n"));
    for (const char* path : {"/api/dashboard", "/api/history", "/api/events"}) {
        EXPECT_TRUE(get(path, false).starts_with("HTTP/1.1 401")) << path;
    }
    EXPECT_TRUE(get("/api/dashboard", true).starts_with("HTTP/1.1 503"));
    publish(Duration{0});  // Without what is shown.
    EXPECT_TRUE(get("/api/dashboard", true).starts_with("HTTP/1.1 503"));
    EXPECT_TRUE(get("/api/history", true).ends_with("{\"points\":[]}\n"));
    publish(Duration{0}, 7);
    publish(Duration{0});  // Which takes nothing of it away.
    EXPECT_TRUE(is(get("/healthz", false), "200", "ok\n"));
    const std::string document = get("/api/dashboard", true);
    EXPECT_TRUE(document.starts_with("HTTP/1.1 200"));
    EXPECT_NE(document.find("\r\n\r\n{\"protocol\":1,\"number\":7,"), std::string::npos);
    EXPECT_NE(document.find("\"controls\":{\"is_armed\":false}"), std::string::npos);
    EXPECT_NE(document.find("\"trading_state\":\"ACTIVE\""), std::string::npos);
    EXPECT_EQ(get("/api/history", true).find("[]"), std::string::npos);
}

TEST_F(AdminTest, TellsEachDocumentOnceToWhoListens) {
    start();
    publish(Duration{0}, 1);
    EXPECT_TRUE(is(get("/healthz", false), "200", "ok\n"));  // It was heard.
    const test::LoopbackClient client{port()};
    client.send("GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token() +
                "\r\n\r\n");
    auto read_until = [&, text = std::string{}](std::string_view end) mutable {
        while (text.find(end) == std::string::npos && client.receive_more(text)) {
        }
        return text;
    };
    EXPECT_NE(read_until("\n\n").find("event: state\nid: 1\ndata: {\"protocol\":1,"),
              std::string::npos);
    publish(Duration{0}, 2);
    publish(Duration{0});
    publish(Duration{0}, 3);
    const std::string all = read_until("id: 3\ndata: ");
    EXPECT_EQ(all.find("id: 2\n"), all.rfind("id: 2\n"));
    EXPECT_NE(all.find("id: 2\n"), std::string::npos);
    const std::string metrics = get("/metrics", true);
    EXPECT_NE(metrics.find("\nsniperforge_ops_listeners 1\n"), std::string::npos);
}

TEST_F(AdminTest, TakesCommandsWhereTheyAreArmedAndNotElsewhere) {
    const auto command = [&](const std::string& control_token) {
        const test::LoopbackClient client{port()};
        client.send(
            "POST /api/control HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n"
            "Authorization: Bearer " +
            token() + "\r\nX-Control-Token: " + control_token + "\r\n\r\n{}");
        bool is_in_time = false;
        return client.receive_all(is_in_time);
    };
    start();
    EXPECT_TRUE(command(token()).starts_with("HTTP/1.1 405"));  // There is no such page.
    admin.reset();
    control = (directory / "control.token").string();
    start();
    EXPECT_TRUE(command(token()).starts_with("HTTP/1.1 403"));
    std::string right;
    std::getline(std::ifstream{control}, right);
    EXPECT_TRUE(command(right).starts_with("HTTP/1.1 400"));  // It is no command.
    publish(Duration{0}, 1);
    EXPECT_TRUE(is(get("/healthz", false), "200", "ok\n"));  // It was heard.
    EXPECT_NE(get("/api/dashboard", true).find("\"controls\":{\"is_armed\":true}"),
              std::string::npos);
}

TEST_F(AdminTest, RefusesOneTokenForLookingAndForTrading) {
    for (const std::string& path :
         {(directory / "ops.token").string(), (directory / "copy.token").string()}) {
        ASSERT_TRUE(admin_token((directory / "ops.token").string()));
        std::error_code ignored;
        fs::copy_file(directory / "ops.token", path, ignored);
        const auto tokens =
            admin_tokens({.listen = "127.0.0.1:0", .token_file = "", .control_token_file = path},
                         directory.string());
        ASSERT_FALSE(tokens) << path;
        EXPECT_TRUE(tokens.error().text.starts_with("ops.control_token_file: ")) << path;
    }
}

TEST_F(AdminTest, AnAddressThatIsTakenIsNamedWithWhatToDo) {
    start();
    const auto second = Admin::start({.listen = "127.0.0.1:" + std::to_string(port()),
                                      .token_file = "",
                                      .control_token_file = ""},
                                     directory.string(), {});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().text.find("choose another port"), std::string::npos)
        << second.error().text;
}

}  // namespace
}  // namespace sniperforge::app
