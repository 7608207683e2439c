// SPDX-License-Identifier: MIT
// What `doctor` says of nodes that refuse, limit and hang, under virtual time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/doctor.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

using sniperforge::test::FakeNode;
using sniperforge::test::RpcRequest;

class DoctorNodesTest : public ::testing::Test {
 protected:
    DoctorNodesTest() {
        settings.network.endpoints.resize(1);
        config::EndpointSettings& endpoint = settings.network.endpoints[0];
        endpoint.name = "one";
        endpoint.rpc_url = node.rpc_url();
        endpoint.pubsub_url = node.pubsub_url();
        endpoint.requests_per_second = 1'000;
        settings.feed.pools = {sniperforge::test::key_of(1)};
        node.answer = [this](const RpcRequest& request) { return good_answer(request); };
    }
    // Of a node of a test chain that serves everything.
    [[nodiscard]] net::HttpResponse good_answer(const RpcRequest& request) const {
        using sniperforge::test::result_of;
        if (request.method == "getGenesisHash") {
            return result_of(request, fmt::format("\"{}\"", Hash{}.to_string()));
        }
        if (request.method == "getSlot") {
            return result_of(request, fmt::format("{}", slot));
        }
        if (request.method == "getBlockTime") {
            return result_of(request, fmt::format("{}", reactor.wall_now().seconds() - clock_off));
        }
        if (request.method == "sendTransaction" || request.method == "simulateTransaction") {
            return sniperforge::test::error_of(request, -32602, "failed to deserialize");
        }
        if (request.method == "getMultipleAccounts") {
            std::string nobody = "null";
            for (int i = 1; i < 100; ++i) {
                nobody += ",null";
            }
            return result_of(
                request, fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})", slot, nobody));
        }
        return result_of(request, "{}");
    }
    // Everything but this method is served.
    void refuse(const std::string& method,
                std::function<net::HttpResponse(const RpcRequest&)> how) {
        node.answer = [this, method, how](const RpcRequest& request) {
            return request.method == method ? how(request) : good_answer(request);
        };
    }
    [[nodiscard]] DoctorContext context() {
        return {.reactor = reactor,
                .settings = settings,
                .findings = findings,
                .wallet = sniperforge::test::key_of(2),
                .pools = settings.feed.pools,
                .patience = std::chrono::seconds{3}};
    }
    [[nodiscard]] Finding of(std::string_view check) const {
        const auto found = std::ranges::find(findings.all(), check, &Finding::check);
        return found == findings.all().end() ? Finding{Verdict::Skip, "", "", "not looked at"}
                                             : *found;
    }
    void look() {
        DoctorContext doctor = context();
        check_nodes(doctor);
        check_sockets(doctor);
    }

    net::VirtualReactor reactor;
    FakeNode node{reactor, 1'000};
    config::Settings settings;
    Findings findings{true};
    std::uint64_t slot = 5'000;
    std::int64_t clock_off = 0;
};

TEST_F(DoctorNodesTest, ANodeThatServesEverythingHasNoFailure) {
    DoctorContext doctor = context();
    check_nodes(doctor);
    EXPECT_EQ(findings.count(Verdict::Fail), 0U);
    EXPECT_EQ(of("sendTransaction").verdict, Verdict::Ok);
    EXPECT_EQ(of("getMultipleAccounts").verdict, Verdict::Ok);
    // feed.pools names the pools, so none are listed.
    EXPECT_EQ(of("getProgramAccounts").verdict, Verdict::Skip);
    ASSERT_EQ(doctor.nodes.size(), 1U);
    EXPECT_TRUE(doctor.nodes[0].is_simulating);
    // Whatever was asked, nothing was sent.
    for (const RpcRequest& request : node.requests) {
        if (request.method == "sendTransaction") {
            EXPECT_EQ(request.params.find(R"(["",)"), 0U) << request.params;
        }
    }
}

// No index of a program's accounts, or a program without any: on mainnet it has some.
TEST_F(DoctorNodesTest, AnEmptyListOfPoolsIsNoServiceWherePoolsAreListed) {
    settings.feed.pools.clear();
    struct Case {
        bool is_empty, is_on_mainnet;
        Verdict verdict;
    };
    for (const auto& [is_empty, is_on_mainnet, verdict] : {Case{true, false, Verdict::Warn},
                                                           {true, true, Verdict::Fail},
                                                           {false, false, Verdict::Ok},
                                                           {false, true, Verdict::Ok}}) {
        SCOPED_TRACE(is_empty);
        findings = Findings{true};
        node.answer = [&](const RpcRequest& request) {
            if (request.method == "getProgramAccounts") {
                return sniperforge::test::result_of(
                    request, fmt::format(R"({{"context":{{"slot":1}}, "value": [{}]}})",
                                         is_empty ? "" : R"({"pubkey":"x"})"));
            }
            return is_on_mainnet && request.method == "getGenesisHash"
                       ? sniperforge::test::result_of(
                             request, R"("5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d")")
                       : good_answer(request);
        };
        look();
        EXPECT_EQ(of("getProgramAccounts").verdict, verdict);
        EXPECT_EQ(of("getProgramAccounts").found.starts_with("answers with an empty list"),
                  is_empty)
            << of("getProgramAccounts").found;
    }
}

TEST_F(DoctorNodesTest, AMethodThatIsSwitchedOffFailsWithTheNodesWordsAndTheRestIsLookedAt) {
    refuse("getTransaction", [](const RpcRequest& request) {
        return sniperforge::test::error_of(request, -32601, "Method not available on this plan");
    });
    look();
    EXPECT_EQ(of("getTransaction").verdict, Verdict::Fail);
    EXPECT_NE(of("getTransaction").found.find("Method not available on this plan"),
              std::string::npos);
    EXPECT_EQ(of("getSignaturesForAddress").verdict, Verdict::Ok);
    EXPECT_EQ(of("slotSubscribe").verdict, Verdict::Fail);  // No slot was told, see below.
}

TEST_F(DoctorNodesTest, ALimitIsAWarningAndNoSimulationNoFailure) {
    refuse("getSignatureStatuses", [](const RpcRequest&) {
        return net::HttpResponse{.status = 429, .headers = {}, .body = "slow down"};
    });
    look();
    EXPECT_EQ(of("getSignatureStatuses").verdict, Verdict::Warn);
    refuse("simulateTransaction", [](const RpcRequest& request) {
        return sniperforge::test::error_of(request, -32601, "Method not found");
    });
    findings = Findings{true};
    DoctorContext doctor = context();
    check_nodes(doctor);
    EXPECT_EQ(of("simulateTransaction").verdict, Verdict::Warn);
    EXPECT_FALSE(doctor.nodes[0].is_simulating);
}

// Orders offer what is known without it.
TEST_F(DoctorNodesTest, AsksForTheFeesOfOthersWhereOrdersGoByThemAndWarnsWithoutTheMethod) {
    look();
    EXPECT_EQ(of("getRecentPrioritizationFees").verdict, Verdict::Skip);
    settings.execution.priority_fee = "market";
    findings = Findings{true};
    look();
    EXPECT_EQ(of("getRecentPrioritizationFees").verdict, Verdict::Ok);
    refuse("getRecentPrioritizationFees", [](const RpcRequest& request) {
        return sniperforge::test::error_of(request, -32601, "Method not found");
    });
    findings = Findings{true};
    look();
    EXPECT_EQ(of("getRecentPrioritizationFees").verdict, Verdict::Warn);
}

// The sniper would buy nothing, and all else goes on.
TEST_F(DoctorNodesTest, WithoutTheMethodThatReadsHoldersItWarnsWhereItIsAsked) {
    refuse("getTokenLargestAccounts", [](const RpcRequest& request) {
        return sniperforge::test::error_of(request, -32601, "Method not found");
    });
    look();
    EXPECT_EQ(of("getTokenLargestAccounts").verdict, Verdict::Warn);
    refuse("getTokenLargestAccounts", [](const RpcRequest& request) {
        return sniperforge::test::error_of(request, -32602, "Invalid param: not a Token mint");
    });
    findings = Findings{true};
    look();
    EXPECT_EQ(of("getTokenLargestAccounts").verdict, Verdict::Ok);
    settings.safety.calls_per_minute = 0;
    findings = Findings{true};
    look();
    EXPECT_EQ(of("getTokenLargestAccounts").verdict, Verdict::Skip);
}

TEST_F(DoctorNodesTest, ASendingNodeIsNotAskedForWhatItIsNotReadFor) {
    settings.network.endpoints[0].role = "send";
    look();
    EXPECT_EQ(of("sendTransaction").verdict, Verdict::Ok);
    EXPECT_EQ(of("getTransaction").verdict, Verdict::Skip);
    EXPECT_EQ(node.calls_of("getTransaction"), 0U);
    EXPECT_EQ(of("slotSubscribe").verdict, Verdict::Skip);
}

TEST_F(DoctorNodesTest, ANodeThatHangsIsGivenUpAfterOneTimeout) {
    node.is_mute = true;
    const MonoTime begin = reactor.now();
    look();
    EXPECT_EQ(of("genesis").verdict, Verdict::Fail);
    EXPECT_EQ(of("getTransaction").found, "not looked at");
    EXPECT_LE(reactor.now() - begin, settings.network.request_timeout + std::chrono::seconds{1});
}

// On a test chain, which may have a clock of its own.
TEST_F(DoctorNodesTest, AClockMayBeFiveSecondsOffAndNotSix) {
    for (const auto& [off, verdict] : {std::pair{5, Verdict::Ok},
                                       {6, Verdict::Warn},
                                       {-5, Verdict::Ok},
                                       {-6, Verdict::Warn},
                                       {1'000, Verdict::Warn}}) {
        clock_off = off;
        findings = Findings{true};
        look();
        EXPECT_EQ(of("clock").verdict, verdict) << off;
    }
}

TEST_F(DoctorNodesTest, OnMainnetAClockMoreThanThirtySecondsOffIsAFailure) {
    refuse("getGenesisHash", [](const RpcRequest& request) {
        return sniperforge::test::result_of(
            request, fmt::format("\"{}\"", "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"));
    });
    for (const auto& [off, verdict] : {std::pair{30, Verdict::Warn},
                                       {31, Verdict::Fail},
                                       {-30, Verdict::Warn},
                                       {-31, Verdict::Fail}}) {
        clock_off = off;
        findings = Findings{true};
        look();
        EXPECT_EQ(of("clock").verdict, verdict) << off;
    }
}

TEST_F(DoctorNodesTest, NoEndpointIsAFailureAndNotACrash) {
    settings.network.endpoints.clear();
    look();
    EXPECT_EQ(of("network.endpoints").verdict, Verdict::Fail);
}

// ---- Sockets ----

TEST_F(DoctorNodesTest, ASocketThatDeliversSlotsIsGoodAndAQuietPoolAWarning) {
    DoctorContext doctor = context();
    check_nodes(doctor);
    for (const int ms : {500, 900}) {
        reactor.schedule_after(std::chrono::milliseconds{ms}, [this] { node.notify_slot(slot++); });
    }
    check_sockets(doctor);
    EXPECT_EQ(of("slotSubscribe").verdict, Verdict::Ok) << of("slotSubscribe").found;
    EXPECT_EQ(of("accountSubscribe").verdict, Verdict::Warn);
    EXPECT_EQ(of("signatureSubscribe").verdict, Verdict::Ok);
}

TEST_F(DoctorNodesTest, ASocketThatRefusesOrIsSilentFailsWithItsWords) {
    node.refusals["accountSubscribe"] = R"({"code":-32600,"message":"limit of 0 reached"})";
    look();
    EXPECT_EQ(of("accountSubscribe").verdict, Verdict::Fail);
    EXPECT_NE(of("accountSubscribe").found.find("limit of 0 reached"), std::string::npos);
    EXPECT_EQ(of("slotSubscribe").verdict, Verdict::Fail);
    EXPECT_NE(of("slotSubscribe").found.find("nothing delivered within 3 s"), std::string::npos);
}

TEST_F(DoctorNodesTest, ASocketOfAnotherChainIsFoundOutByItsSlots) {
    for (const auto& [told, verdict] : {std::pair{5'064U, Verdict::Ok},
                                        {5'065U, Verdict::Fail},
                                        {4'936U, Verdict::Ok},
                                        {4'935U, Verdict::Fail}}) {
        node.refusals["getGenesisHash"] = R"({"code":-32601,"message":"Method not found"})";
        findings = Findings{true};
        DoctorContext doctor = context();
        check_nodes(doctor);
        reactor.schedule_after(std::chrono::milliseconds{500},
                               [this, at = told] { node.notify_slot(at); });
        check_sockets(doctor);
        EXPECT_EQ(of("chain of the socket").verdict, verdict) << of("chain of the socket").found;
    }
}

TEST_F(DoctorNodesTest, ASocketThatNobodyListensAtFails) {
    node.stop_pubsub();
    look();
    EXPECT_EQ(of("socket").verdict, Verdict::Fail);
}

}  // namespace
}  // namespace sniperforge::app
