// SPDX-License-Identifier: MIT
// jupiter.requests_per_second is a promise to the provider: nothing goes out faster.
#include <gtest/gtest.h>

#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::execute {
namespace {

using namespace std::chrono_literals;

class JupiterRate : public ::testing::Test {
 protected:
    // Asks `count` quotes at time zero with 0.2 requests a second allowed: two in ten seconds.
    void ask(int count, Duration timeout) {
        auto server = net::HttpServer::start(
            reactor_, {"127.0.0.1", 8080}, [this](net::HttpRequest, net::HttpResponder respond) {
                arrivals_ms_.push_back(reactor_.now().ns / 1'000'000);
                respond({.status = 400, .headers = {}, .body = "{}"});
            });
        ASSERT_TRUE(server);
        config::JupiterSettings settings;
        settings.url = "http://127.0.0.1:8080";
        settings.requests_per_second = 0.2;
        auto jupiter = Jupiter::create(reactor_, settings, timeout);
        ASSERT_TRUE(jupiter);
        for (int i = 0; i < count; ++i) {
            (*jupiter)->quote({}, [this](JupiterResult<JupiterQuote> answer) {
                refused_ += answer.error().text.find("requests_per_second") != std::string::npos;
                blamed_ += answer.error().failure != FailureClass::None;
                ++answers_;
            });
        }
        reactor_.run_until(MonoTime{} + 30s);
    }

    net::VirtualReactor reactor_;
    std::vector<std::int64_t> arrivals_ms_;
    int answers_ = 0;
    int refused_ = 0;
    int blamed_ = 0;  // Told as trouble of Jupiter's own.
};

// A quote and its swap go at once; the third waits until the first has left the window.
TEST_F(JupiterRate, SendsAtOnceWhatTheWindowHoldsAndTheRestWhenItMoved) {
    ask(3, 15s);
    ASSERT_EQ(arrivals_ms_.size(), 3U);
    EXPECT_LT(arrivals_ms_[1], 10);
    EXPECT_GE(arrivals_ms_[2], 10'000);
    EXPECT_EQ(answers_, 3);
    EXPECT_EQ(refused_, 0);
}

TEST_F(JupiterRate, RefusesAtOnceWhatWouldWaitLongerThanItsTimeout) {
    ask(3, 9'999ms);
    EXPECT_EQ(arrivals_ms_.size(), 2U);
    EXPECT_EQ(answers_, 3);
    EXPECT_EQ(refused_, 1);
    EXPECT_EQ(blamed_, 0) << "what we did not ask, it did not fail to answer";
}

// What an order reckons with that has another way.
TEST(JupiterWait, IsNoneWhileTheWindowHasRoomForAllThatIsAsked) {
    net::VirtualReactor reactor;
    reactor.run_until(MonoTime{} + 1s);
    config::JupiterSettings settings;
    settings.url = "http://127.0.0.1:8080";
    settings.requests_per_second = 0.4;  // Four in ten seconds.
    auto jupiter = Jupiter::create(reactor, settings, 2s);
    ASSERT_TRUE(jupiter);
    const auto ask = [&] { (*jupiter)->quote({}, [](const JupiterResult<JupiterQuote>&) {}); };
    EXPECT_EQ((*jupiter)->wait(4), Duration{});
    EXPECT_EQ((*jupiter)->wait(9), Duration{}) << "no more than the window holds";
    ask();
    reactor.run_until(reactor.now() + 1s);
    ask();
    EXPECT_EQ((*jupiter)->wait(2), Duration{});
    EXPECT_EQ((*jupiter)->wait(3), 9s) << "until the first has left the window";
    EXPECT_EQ((*jupiter)->wait(4), 10s) << "until the second has, too";
    ask();
    ask();
    EXPECT_EQ((*jupiter)->wait(1), 9s);
}

// What an order that has another way asks before it waits for Jupiter.
TEST(JupiterAnswers, AreMissedForTenSecondsAfterOneThatDidNotComeOrWasNone) {
    net::VirtualReactor reactor;
    std::optional<int> status = 200;  // Nothing: no answer.
    std::vector<net::HttpResponder> unanswered;
    auto server = net::HttpServer::start(
        reactor, {"127.0.0.1", 8080}, [&](net::HttpRequest, net::HttpResponder respond) {
            if (status) {
                return respond({.status = *status, .headers = {}, .body = "{}"});
            }
            unanswered.push_back(std::move(respond));
        });
    ASSERT_TRUE(server);
    config::JupiterSettings settings;
    settings.url = "http://127.0.0.1:8080";
    settings.requests_per_second = 0.4;  // Four in ten seconds.
    auto jupiter = Jupiter::create(reactor, settings, 2s);
    ASSERT_TRUE(jupiter);
    const auto ask = [&](std::optional<int> with) {
        status = with;
        bool is_answered = false;
        (*jupiter)->quote({}, [&](const JupiterResult<JupiterQuote>&) { is_answered = true; });
        while (!is_answered) {
            reactor.run_until(reactor.now() + 1ms);
        }
    };
    EXPECT_TRUE((*jupiter)->is_answering()) << "nothing is known against it";
    for (const std::optional<int> trouble :
         {std::optional{429}, std::optional{500}, std::optional{503}, std::optional<int>{}}) {
        ask(trouble);
        EXPECT_FALSE((*jupiter)->is_answering());
        reactor.run_until(reactor.now() + 9'999ms);
        EXPECT_FALSE((*jupiter)->is_answering());
        reactor.run_until(reactor.now() + 1ms);
        EXPECT_TRUE((*jupiter)->is_answering());
    }
    ask(503);
    ask(400);  // It has no route: it is there.
    EXPECT_TRUE((*jupiter)->is_answering());
    // The rate plan is its own kind of silence.
    ask(200);
    ask(200);
    EXPECT_TRUE((*jupiter)->is_answering());
    ask(200);
    EXPECT_FALSE((*jupiter)->is_answering());
}

}  // namespace
}  // namespace sniperforge::execute
