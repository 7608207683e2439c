// SPDX-License-Identifier: MIT
// How far the wallet's history is read, and what is made of a node that does not serve it.
#include "app/wallet_history.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sniperforge/core/bytes.hpp"
#include "unit/app/own_order_json.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

using std::chrono::seconds;
using test::RpcRequest;

const Pubkey kPayer = test::key_of(1);
const Pubkey kSwept = test::key_of(7);

[[nodiscard]] Signature signature_of(std::uint64_t number) {
    Bytes bytes(64, 0);
    write_le(std::span<std::uint8_t>{bytes}, 0, number);
    return Signature::from(bytes);
}

class WalletHistoryTest : public ::testing::Test {
 protected:
    WalletHistoryTest() {
        node.answer = [this](const RpcRequest& request) { return answer(request); };
    }

    // Slots of the wallet's transactions, the newest first; signatures carry the same number.
    std::vector<std::uint64_t> slots;
    std::vector<std::uint64_t> unserved;
    bool are_tokens_left_out = false;
    std::int64_t block_time = 0;

    [[nodiscard]] WalletPast read(WalletHistoryOptions options) {
        options.wallet = kPayer;
        std::optional<WalletPast> past;
        history.read(std::move(options), [&](WalletPast got) { past = std::move(got); });
        for (int i = 0; i < 60 && !past; ++i) {
            reactor.run_until(reactor.now() + seconds{1});
        }
        EXPECT_TRUE(past);
        return past ? std::move(*past) : WalletPast{};
    }
    [[nodiscard]] static std::vector<std::uint64_t> slots_of(const WalletPast& past) {
        std::vector<std::uint64_t> found;
        for (const engine::RecoveredOrder& order : past.orders) {
            found.push_back(order.slot.value);
        }
        return found;
    }

    net::VirtualReactor reactor;
    test::FakeNode node{reactor, 1000};
    rpc::RpcClient rpc{reactor, {node.endpoint()}};
    WalletHistory history{reactor, rpc};

 private:
    [[nodiscard]] bool is_served(std::uint64_t slot) const {
        return std::ranges::find(unserved, slot) == unserved.end();
    }
    [[nodiscard]] net::HttpResponse answer(const RpcRequest& request) const {
        if (request.method == "getSlot") {
            return test::result_of(request, "1000000");
        }
        if (request.method == "getTransaction") {
            const std::string text = test::first_text(request.params);
            const auto slot = std::ranges::find_if(
                slots, [&](auto each) { return signature_of(each).to_string() == text; });
            std::string told = test::sweep_json(kPayer, kSwept, *slot);
            if (are_tokens_left_out) {
                constexpr std::string_view kNone = R"("postTokenBalances":[])";
                told.replace(told.find(kNone), kNone.size(), R"("postTokenBalances":null)");
            }
            return test::result_of(request, is_served(*slot) ? told : "null");
        }
        const auto at = request.params.find(R"("before":")");
        bool is_begun = at == std::string::npos;
        std::string list;
        std::size_t count = 0;
        for (const std::uint64_t slot : slots) {
            const std::string text = signature_of(slot).to_string();
            if (!is_begun) {
                is_begun = request.params.find(text) != std::string::npos;
                continue;
            }
            if (count++ == rpc::kSignaturePageMax) {
                break;
            }
            list += fmt::format(R"({}{{"blockTime":{},"err":null,"signature":"{}","slot":{}}})",
                                list.empty() ? "" : ",", block_time, text, slot);
        }
        return test::result_of(request, "[" + list + "]");
    }
};

TEST_F(WalletHistoryTest, ReadsWhatIsNewerThanTheBooksAndUnknownToThem) {
    slots = {50, 40, 31, 30, 20};
    WalletHistoryOptions options;
    options.since = Slot{30};
    options.known = {signature_of(50)};
    const WalletPast past = read(std::move(options));
    EXPECT_EQ(slots_of(past), (std::vector<std::uint64_t>{31, 40})) << "the oldest first";
    EXPECT_EQ(past.reads, 2U);
    EXPECT_TRUE(past.is_complete && past.is_used);
    EXPECT_EQ(past.orders[0].kind, OrderKind::Sweep);
    EXPECT_EQ(past.orders[0].mint, kSwept);
}

// 1,000 slots of 0.4 s ago, or what the block says where that is near: 100 s and a minute.
TEST_F(WalletHistoryTest, TakesTheTimeOfTheBlockWhereItFitsItsSlot) {
    slots = {31};
    WalletHistoryOptions options;
    options.read.context_slot_min = Slot{1'031};
    struct Case {
        std::int64_t told = 0, age = 0;
    };
    for (const Case& each : {Case{380, 380}, Case{242, 242}, Case{558, 558}, Case{238, 400},
                             Case{562, 400}, Case{30'000'000, 400}, Case{-100, 400}}) {
        const std::int64_t now = reactor.wall_now().seconds();
        block_time = now - each.told;
        const WalletPast past = read(options);
        ASSERT_EQ(past.orders.size(), 1U);
        EXPECT_NEAR(static_cast<double>(past.orders[0].at.seconds()),
                    static_cast<double>(now - each.age), 2.0)
            << each.told;
    }
}

TEST_F(WalletHistoryTest, ReadsExactlyAsMuchAsItMayAndSaysThatThereIsMore) {
    slots = {50, 40, 30};
    WalletHistoryOptions options;
    options.reads_max = 3;
    EXPECT_TRUE(read(options).is_complete);
    options.reads_max = 2;
    const WalletPast past = read(std::move(options));
    EXPECT_FALSE(past.is_complete);
    EXPECT_EQ(slots_of(past), (std::vector<std::uint64_t>{30, 40})) << "what is left is younger";
    EXPECT_EQ(past.read_to, Slot{50});
    EXPECT_TRUE(past.problem.empty());
}

TEST_F(WalletHistoryTest, GoesBackPageByPage) {
    WalletHistoryOptions options;
    for (std::uint64_t slot = rpc::kSignaturePageMax + 1; slot > 0; --slot) {
        slots.push_back(slot);
        options.known.insert(signature_of(slot));
    }
    options.known.erase(signature_of(1));
    EXPECT_EQ(slots_of(read(std::move(options))), std::vector<std::uint64_t>{1});
    EXPECT_EQ(node.calls_of("getSignaturesForAddress"), 2U);
    EXPECT_EQ(history.heard(), 3U) << "two pages and a transaction";
}

// Nothing is held, so the first order of ours says all: this wallet was used.
TEST_F(WalletHistoryTest, EndsWhereNothingMoreIsToBeExplained) {
    slots = {50, 40, 30};
    WalletHistoryOptions options;
    options.held.emplace();
    const WalletPast past = read(std::move(options));
    EXPECT_TRUE(past.is_used && past.is_complete);
    EXPECT_EQ(past.reads, 1U);
    EXPECT_TRUE(past.orders.empty()) << "of no interest";
}

// By hand, from the newest on: 30 more of 100 that were bought from nothing; what was traded before
// that says nothing of them.
TEST_F(WalletHistoryTest, AddsUpWhatTransactionsOfAnybodyChangedBackToWhereThereWasNone) {
    slots = {50, 40, 30};
    const auto served = node.answer;
    const auto swap = [](std::uint64_t pre, std::uint64_t post, std::uint64_t slot) {
        const auto balance = [](std::uint64_t amount) {
            return fmt::format(R"([{{"accountIndex":1,"mint":"{}","owner":"{}","programId":"{}",)"
                               R"("uiTokenAmount":{{"amount":"{}"}}}}])",
                               kSwept.to_string(), kPayer.to_string(),
                               solana::kTokenProgram.to_string(), amount);
        };
        std::string json = test::sweep_json(test::key_of(99), kSwept, slot);
        const auto put = [&](std::string_view key, std::uint64_t amount) {
            const std::size_t at = json.find(key) + key.size();
            json.replace(at, json.find(']', at) + 1 - at, balance(amount));
        };
        put(R"("postTokenBalances":)", post);
        put(R"("preTokenBalances":)", pre);
        return json;
    };
    node.answer = [&](const RpcRequest& request) {
        if (request.method != "getTransaction") {
            return served(request);
        }
        const std::string text = test::first_text(request.params);
        return test::result_of(request, text == signature_of(50).to_string()   ? swap(100, 130, 50)
                                        : text == signature_of(40).to_string() ? swap(0, 100, 40)
                                                                               : swap(900, 0, 30));
    };
    WalletHistoryOptions options;
    options.held = {{kSwept, TokenAmount{130}}};
    const WalletPast past = read(std::move(options));
    EXPECT_FALSE(past.is_used);
    EXPECT_EQ(past.reads, 3U);
    EXPECT_EQ(past.changes, (std::map<Pubkey, i128>{{kSwept, i128{130}}}));
}

// Each counts by itself: 40 is not served in three readings, 50 in two.
TEST_F(WalletHistoryTest, PassesOverWhatWasListedAndNotServedInThreeReadingsAndNotInTwo) {
    slots = {50, 40, 30};
    unserved = {40};
    for (int i = 0; i < 2; ++i) {
        const WalletPast past = read({});
        EXPECT_FALSE(past.is_complete);
        EXPECT_NE(past.problem.find("is listed and not served"), std::string::npos) << past.problem;
        EXPECT_FALSE(past.is_refused);
        EXPECT_TRUE(past.unread.empty());
        // Five times, and what was asked for so often once more in each later reading.
        EXPECT_EQ(node.calls_of("getTransaction"), i == 0 ? 1U + 5U + 1U : 7U + 1U + 1U + 5U);
        unserved = {50, 40};
    }
    const WalletPast past = read({});
    EXPECT_EQ(past.unread, std::vector{signature_of(40)});
    EXPECT_NE(past.problem.find(signature_of(50).to_string()), std::string::npos) << past.problem;
    const WalletPast last = read({});
    EXPECT_EQ(last.problem, "");
    EXPECT_FALSE(last.is_complete);
    EXPECT_EQ(slots_of(last), std::vector<std::uint64_t>{30});
    EXPECT_EQ(last.unread, (std::vector{signature_of(40), signature_of(50)}));
}

TEST_F(WalletHistoryTest, ForgetsWhatWasNotServedOnceItIs) {
    slots = {40};
    for (int i = 0; i < 3; ++i) {
        unserved = {40};
        EXPECT_TRUE(read({}).unread.empty());
        EXPECT_TRUE(read({}).unread.empty());
        unserved = {};
        EXPECT_EQ(slots_of(read({})), std::vector<std::uint64_t>{40});
    }
}

TEST_F(WalletHistoryTest, CallsATransactionWithoutItsTokenBalancesNotServed) {
    slots = {40};
    are_tokens_left_out = true;
    const WalletPast past = read({});
    EXPECT_FALSE(past.is_complete);
    EXPECT_TRUE(past.orders.empty());
    EXPECT_NE(past.problem.find("does not tell the token balances"), std::string::npos)
        << past.problem;
    are_tokens_left_out = false;
    EXPECT_EQ(slots_of(read({})), std::vector<std::uint64_t>{40});
}

TEST_F(WalletHistoryTest, SaysWhetherANodeRefusesItsHistoryOrIsOnlyNotReached) {
    for (const bool is_refused : {true, false}) {
        node.answer = [&](const RpcRequest& request) {
            return is_refused ? test::error_of(request, -32011, "no history here")
                              : net::HttpResponse{.status = 503, .headers = {}, .body = ""};
        };
        const WalletPast past = read({});
        EXPECT_NE(past.problem, "");
        EXPECT_EQ(past.is_refused, is_refused);
    }
    EXPECT_EQ(history.heard(), 0U) << "trouble is no progress";
}

// A node that cannot be asked says nothing of any transaction.
TEST_F(WalletHistoryTest, PassesNothingOverWhereANodeIsNotReachedOrBehind) {
    slots = {50, 40, 30};
    const auto served = node.answer;
    for (const bool is_behind : {true, false}) {
        node.answer = [&](const RpcRequest& request) {
            if (request.method != "getTransaction") {
                return served(request);
            }
            return is_behind ? test::error_of(request, rpc::kMinContextSlotNotReached, "behind")
                             : net::HttpResponse{.status = 503, .headers = {}, .body = ""};
        };
        for (unsigned i = 0; i <= kExaminationsMax; ++i) {
            const WalletPast past = read({});
            EXPECT_NE(past.problem, "");
            EXPECT_FALSE(past.is_refused);
            EXPECT_TRUE(past.unread.empty());
            EXPECT_EQ(past.reads, 0U);
        }
    }
}

// Of the transaction, and of the whole list: what will be said again counts, trouble does not.
TEST_F(WalletHistoryTest, CountsWhatANodeWillNeverServeAndNotItsTrouble) {
    slots = {50, 40, 30};
    const auto served = node.answer;
    std::string method;
    const auto fail_with = [&](auto error) {
        node.answer = [&, error](const RpcRequest& request) {
            return request.method == method ? error(request) : served(request);
        };
        return read({});
    };
    const auto node_error = [](int code) {
        return [code](const RpcRequest& request) { return test::error_of(request, code, "no"); };
    };
    const auto http_error = [](int status) {
        return [status](const RpcRequest&) {
            return net::HttpResponse{.status = status, .headers = {}, .body = "<html>"};
        };
    };
    const auto malformed = [](const RpcRequest& request) {
        return test::result_of(request, R"({"slot":"forty"})");
    };
    const auto check = [&](const WalletPast& past, bool is_final, const std::string& what) {
        EXPECT_NE(past.problem, "") << what;
        EXPECT_EQ(past.is_refused, is_final && method == "getSignaturesForAddress") << what;
        EXPECT_EQ(past.reads, is_final && method == "getTransaction" ? 3U : 0U) << what;
    };
    for (const char* const each : {"getTransaction", "getSignaturesForAddress"}) {
        method = each;
        for (const int code : {-32019, -32004, -32014, -32603, -32005}) {
            check(fail_with(node_error(code)), false, fmt::format("{} {}", each, code));
        }
        for (const int status : {408, 425}) {
            check(fail_with(http_error(status)), false, fmt::format("{} {}", each, status));
        }
        check(fail_with(malformed), false, fmt::format("{} malformed", each));
    }
    check(fail_with(http_error(403)), true, "403");
    check(fail_with(node_error(-32011)), true, "-32011");
    method = "getTransaction";
    check(fail_with(node_error(-32011)), true, "transaction -32011");
}

// Six that are not served take five attempts each, a second apart.
TEST_F(WalletHistoryTest, SaysEveryTenSecondsWhatItWaitsForAndNothingOfAQuickReading) {
    slots = {60, 50, 45, 40, 35, 30};
    const auto said_by_reading = [&] {
        ::testing::internal::CaptureStderr();
        const MonoTime begun = reactor.now();
        (void)read({});
        const std::string said = ::testing::internal::GetCapturedStderr();
        std::size_t lines = 0;
        for (auto at = said.find("that are listed wait"); at != std::string::npos;
             at = said.find("that are listed wait", at + 1)) {
            ++lines;
        }
        EXPECT_EQ(lines, static_cast<std::size_t>((reactor.now() - begun) / seconds{10})) << said;
        return said;
    };
    EXPECT_EQ(said_by_reading(), "");
    unserved = slots;
    const std::string said = said_by_reading();
    EXPECT_NE(said.find("2 transactions were asked for, 4 that are listed wait; the last trouble:"),
              std::string::npos)
        << said;
    EXPECT_NE(said.find("is listed and not served"), std::string::npos);
}

TEST_F(WalletHistoryTest, FindsNothingInAWalletWithoutAPast) {
    const WalletPast past = read({});
    EXPECT_TRUE(past.is_complete);
    EXPECT_FALSE(past.is_used);
    EXPECT_TRUE(past.orders.empty());
}

}  // namespace
}  // namespace sniperforge::app
