// SPDX-License-Identifier: MIT
#include "net/name_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>

#include "net/system_resolver.hpp"
#include "net_test_support.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net {
namespace {

using namespace std::chrono_literals;
using Addresses = std::vector<std::string>;

TEST(AlternateFamilies, StartsWithThePreferredOneAndKeepsTheOrderOfEach) {
    EXPECT_EQ(alternate_families({"2001:db8::1", "2001:db8::2", "192.0.2.1", "2001:db8::3"}),
              (Addresses{"2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"}));
    EXPECT_EQ(alternate_families({"192.0.2.1", "192.0.2.2", "2001:db8::1"}),
              (Addresses{"192.0.2.1", "2001:db8::1", "192.0.2.2"}));
    EXPECT_EQ(alternate_families({"not an address", "192.0.2.1"}), Addresses{"192.0.2.1"});
    EXPECT_TRUE(alternate_families({}).empty());
}

// A resolver that answers when it is told to.
struct NameFixture {
    void find(const std::string& host) {
        names.find(host, [this](Result<Addresses> found) { answers.push_back(std::move(found)); });
    }
    void run(Duration duration = 1ms) { reactor.run_until(reactor.now() + duration); }
    void resolve(std::size_t question, Result<Addresses> answer) {
        questions.at(question).second(std::move(answer));
        run();
    }

    VirtualReactor reactor;
    std::vector<std::pair<std::string, ResolveHandler>> questions;
    NameCache names{reactor, [this](const std::string& host, ResolveHandler handler) {
                        questions.emplace_back(host, std::move(handler));
                    }};
    std::vector<Result<Addresses>> answers;
};

TEST(NameCache, NumericHostsAndLocalhostNeverReachTheResolver) {
    NameFixture f;
    for (const std::string host : {"192.0.2.7", "2001:db8::7", "localhost", "rpc.localhost"}) {
        f.find(host);
        EXPECT_TRUE(f.answers.empty()) << "never from inside find()";
        f.run();
        ASSERT_EQ(f.answers.size(), 1U);
        EXPECT_EQ(*f.answers[0],
                  host.ends_with("localhost") ? (Addresses{"127.0.0.1", "::1"}) : Addresses{host});
        f.answers.clear();
    }
    EXPECT_TRUE(f.questions.empty());
    f.find("localhost.example");
    f.run();
    EXPECT_EQ(f.questions.size(), 1U);
}

TEST(NameCache, AnAnswerServesForExactlySixtySecondsFromItsQuestion) {
    for (const Duration beyond : {0ns, 1ns}) {
        NameFixture f;
        f.find("rpc.test");
        const MonoTime asked_at = f.reactor.now();
        f.run(1s);
        f.resolve(0, Addresses{"192.0.2.1", "192.0.2.2"});
        ASSERT_EQ(f.answers.size(), 1U);
        EXPECT_EQ(*f.answers[0], (Addresses{"192.0.2.1", "192.0.2.2"}));
        f.reactor.run_until(asked_at + 60s + beyond);
        f.find("rpc.test");
        f.run();
        EXPECT_EQ(f.questions.size(), beyond == 0ns ? 1U : 2U);
        EXPECT_EQ(f.answers.size(), beyond == 0ns ? 2U : 1U);
    }
}

TEST(NameCache, AForgottenNameIsLookedUpAtOnce) {
    NameFixture f;
    f.find("rpc.test");
    f.run();
    f.resolve(0, Addresses{"192.0.2.1"});
    f.names.forget("rpc.test");
    f.names.forget("never.asked");
    f.find("rpc.test");
    f.run();
    ASSERT_EQ(f.questions.size(), 2U);
    f.resolve(1, Addresses{"192.0.2.2"});
    EXPECT_EQ(*f.answers.at(1), Addresses{"192.0.2.2"});
}

TEST(NameCache, AllThatAskDuringALookupShareIt) {
    NameFixture f;
    f.find("rpc.test");
    f.run();
    f.find("rpc.test");
    f.find("other.test");
    f.run();
    EXPECT_EQ(f.questions.size(), 2U);
    f.resolve(0, Addresses{"192.0.2.1"});
    EXPECT_EQ(f.answers.size(), 2U);
    EXPECT_EQ(f.names.lookups(), 2U);
}

TEST(NameCache, AFailureIsToldWithTheNameAndNotKept) {
    NameFixture f;
    for (const Result<Addresses>& answer :
         {Result<Addresses>{fail("no such name")}, Result<Addresses>{Addresses{}}}) {
        f.find("rpc.test");
        f.run();
        f.resolve(f.questions.size() - 1, answer);
    }
    ASSERT_EQ(f.answers.size(), 2U);
    EXPECT_EQ(f.answers[0].error().text, "resolving rpc.test: no such name");
    EXPECT_EQ(f.answers[1].error().text, "resolving rpc.test: the name has no address");
    EXPECT_EQ(f.names.failures(), 2U);
}

TEST(NameCache, AResolverThatHangsIsGivenUpAfterThreeSecondsAndItsLateAnswerIgnored) {
    NameFixture f;
    f.find("rpc.test");
    f.run(2'999'999'999ns);
    EXPECT_TRUE(f.answers.empty());
    f.run(1ns);
    ASSERT_EQ(f.answers.size(), 1U);
    EXPECT_EQ(f.answers[0].error().text,
              "resolving rpc.test: no answer from the resolver within 3000 ms");
    f.find("rpc.test");
    f.run();
    ASSERT_EQ(f.questions.size(), 2U);
    f.resolve(0, Addresses{"192.0.2.1"});
    EXPECT_EQ(f.answers.size(), 1U);
    f.resolve(1, Addresses{"192.0.2.2"});
    EXPECT_EQ(*f.answers.at(1), Addresses{"192.0.2.2"});
}

TEST(NameCache, KeepsAtMost256NamesAnd16AddressesOfEach) {
    NameFixture f;
    for (int i = 0; i < 257; ++i) {
        f.find("rpc" + std::to_string(i) + ".test");
        f.run();
        f.resolve(f.questions.size() - 1, Addresses(17, "192.0.2.1"));
    }
    EXPECT_EQ(f.answers.back()->size(), 16U);
    f.find("rpc1.test");
    f.run();
    EXPECT_EQ(f.questions.size(), 257U);  // Known.
    f.find("rpc0.test");
    f.run();
    EXPECT_EQ(f.questions.size(), 258U);  // Had made room.
}

TEST(NameCache, AnAnswerAfterItsEndGoesNowhere) {
    VirtualReactor reactor;
    ResolveHandler late;
    bool is_called = false;
    {
        NameCache names{reactor, [&](const std::string&, ResolveHandler handler) {
                            late = std::move(handler);
                        }};
        names.find("rpc.test", [&](const auto&) { is_called = true; });
        reactor.run_until(MonoTime{1'000});
    }
    late(Addresses{"192.0.2.1"});
    reactor.run();
    EXPECT_FALSE(is_called);
}

// The lookups below run on threads, so what they share has no owner but the program.
std::mutex gate;
std::atomic<int> looking_up{0};
std::atomic<int> looking_up_max{0};

Result<Addresses> look_up_slowly(const std::string& host) {
    const int now = ++looking_up;
    looking_up_max = std::max(looking_up_max.load(), now);
    {
        const std::scoped_lock wait_until_open{gate};
    }
    --looking_up;
    return host == "bad.test" ? Result<Addresses>{fail("no such name")}
                              : Result<Addresses>{Addresses{host}};
}

TEST(SystemResolver, AnswersOnTheLoopAndLooksUpFourNamesAtATime) {
    const auto reactor = make_asio_reactor();
    SystemResolver resolver{*reactor, look_up_slowly};
    std::map<std::string, Result<Addresses>> answers;
    gate.lock();
    for (int i = 0; i < 10; ++i) {
        const std::string host = i == 7 ? "bad.test" : std::to_string(i) + ".test";
        resolver.resolve(host, [&, host](Result<Addresses> found) {
            answers.emplace(host, std::move(found));
            if (answers.size() == 10) {
                reactor->stop();
            }
        });
    }
    EXPECT_TRUE(answers.empty());
    gate.unlock();
    reactor->run();
    EXPECT_EQ(*answers.at("3.test"), Addresses{"3.test"});
    EXPECT_EQ(answers.at("bad.test").error().text, "no such name");
    EXPECT_LE(looking_up_max, static_cast<int>(SystemResolver::kThreadsMax));
}

Result<Addresses> look_up_one_hanging(const std::string& host) {
    if (host == "hung.test") {
        const std::scoped_lock wait_until_open{gate};
    }
    return Addresses{host};
}

// Each attempt to connect asks again for a name that does not answer.
TEST(SystemResolver, ANameThatHangsCostsOneThreadHoweverOftenItIsAskedFor) {
    const auto reactor = make_asio_reactor();
    SystemResolver resolver{*reactor, look_up_one_hanging};
    std::size_t hung = 0;
    bool is_found = false;
    gate.lock();
    for (std::size_t i = 0; i < 10 * SystemResolver::kThreadsMax; ++i) {
        resolver.resolve("hung.test", [&](const auto&) {
            if (++hung == 10 * SystemResolver::kThreadsMax) {
                reactor->stop();
            }
        });
    }
    resolver.resolve("good.test", [&](const auto& found) {
        is_found = found.has_value();
        reactor->stop();
    });
    reactor->run();
    EXPECT_TRUE(is_found);
    EXPECT_EQ(hung, 0U);
    gate.unlock();
    reactor->run();
    EXPECT_EQ(hung, 10 * SystemResolver::kThreadsMax);
}

TEST(SystemResolver, ItsEndWaitsForNoLookup) {
    const auto reactor = make_asio_reactor();
    bool is_called = false;
    gate.lock();
    {
        SystemResolver resolver{*reactor, look_up_slowly};
        resolver.resolve("slow.test", [&](const auto&) { is_called = true; });
    }
    gate.unlock();
    while (looking_up > 0) {
    }
    reactor->schedule_after(1ms, [&] { reactor->stop(); });
    reactor->run();
    EXPECT_FALSE(is_called);
}

// No name: the tests have no resolver to ask.
TEST(LookUp, GivesNumericTexts) { EXPECT_EQ(*look_up("127.0.0.1"), Addresses{"127.0.0.1"}); }

}  // namespace
}  // namespace sniperforge::net
