// SPDX-License-Identifier: MIT
// Faults of answers: reads go elsewhere, within the budget, and come back when the node is well.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "rig.hpp"
#include "table.hpp"

namespace sniperforge::faults {
namespace {

constexpr std::size_t kSick = 1;
constexpr Duration kEvery = milliseconds{40};  // 25 reads a second, half of one node's budget.

// Reads accounts and the slot in turn, at a fixed rate, and notes what came of it.
class Reader {
 public:
    explicit Reader(Rig& rig) : rig_{rig} { next(); }

    struct Outcome {
        std::uint64_t asked = 0, failed = 0;
        Duration slowest{0};
        std::string error{};  // The last one.
    };
    // Since the last call.
    [[nodiscard]] Outcome take() { return std::exchange(outcome_, {}); }
    [[nodiscard]] std::uint64_t open() const { return open_; }
    void stop() { is_stopped_ = true; }

 private:
    void next() {
        rig_.reactor().schedule_after(kEvery, [this] {
            if (is_stopped_) {
                return;
            }
            ask();
            next();
        });
    }
    void ask() {
        ++outcome_.asked;
        ++open_;
        const MonoTime asked_at = rig_.reactor().now();
        const auto done = [this, asked_at](const auto& result) {
            --open_;
            outcome_.slowest = std::max(outcome_.slowest, rig_.reactor().now() - asked_at);
            if (!result) {
                ++outcome_.failed;
                outcome_.error = result.error().text();
            }
        };
        if (++turn_ % 2 == 0) {
            rig_.rpc().get_slot(Commitment::Processed, done);
        } else {
            rig_.rpc().get_multiple_accounts(std::span{rig_.accounts()}.first(10),
                                             Commitment::Processed, done);
        }
    }

    Rig& rig_;
    Outcome outcome_;
    std::uint64_t open_ = 0, turn_ = 0;
    bool is_stopped_ = false;
};

// Of accounts: what every fault here hits.
[[nodiscard]] std::uint64_t reads(const Rig& rig, std::size_t node) {
    return rig.requests(node, "getMultipleAccounts");
}

struct ReadFaultCase {
    std::string_view name;
    sim::NodeFaults faults;
    sim::FaultKind kind;              // That is counted.
    Duration read_max;                // The longest that any read may take while the node is sick.
    std::uint64_t hits_max = 0;       // How often the fault may be met in 20 s: then it is avoided.
    Duration back_max = seconds{20};  // Well again it is asked again.
};

void PrintTo(const ReadFaultCase& c, std::ostream* out) { *out << c.name; }

// A fault of one node costs no read; after a few tries the node is left alone but for probes.
class OneNode : public ::testing::TestWithParam<ReadFaultCase> {};

TEST_P(OneNode, CostsNoReadAndIsAvoided) {
    const ReadFaultCase& c = GetParam();
    Rig rig;
    Reader reader{rig};
    rig.run(seconds{5});
    const auto before = reader.take();
    EXPECT_EQ(before.failed, 0U) << before.error;
    EXPECT_GT(reads(rig, kSick), 0U) << "the node takes its share while it is well";

    rig.set_faults(kSick, c.faults);
    const auto met = rig.run_until([&] { return rig.count(kSick, c.kind) > 0; }, seconds{10});
    ASSERT_TRUE(met) << "the fault never happened";
    rig.run(seconds{20});
    const auto sick = reader.take();
    EXPECT_EQ(sick.failed, 0U) << sick.error;
    EXPECT_LE(rig.count(kSick, c.kind), c.hits_max);
    EXPECT_LE(reader.open(), 3U) << "of the last moment";

    rig.set_faults(kSick, {});
    const std::uint64_t asked = reads(rig, kSick);
    // Well again it gets reads again: probes find out.
    const auto back = rig.run_until([&] { return reads(rig, kSick) > asked + 10; }, c.back_max);
    rig.stop_writing();
    rig.run(seconds{3});
    EXPECT_EQ(rig.differing(), 0U);
    EXPECT_EQ(rig.findings().duplicates, 0U);
    EXPECT_EQ(reader.take().failed, 0U);
    conclude(std::string{c.name}, fmt::format("0 of {} reads fail; avoided, then used", sick.asked),
             {{"slowest read", sick.slowest, c.read_max}, {"used again", back, c.back_max}});
    reader.stop();
    rig.run(seconds{1});
}

const auto kAccountReads =
    std::vector<std::string>{"getMultipleAccounts", "getAccountInfo", "getProgramAccounts"};

INSTANTIATE_TEST_SUITE_P(
    Faults, OneNode,
    ::testing::Values(
        ReadFaultCase{"429 without Retry-After",
                      {.too_many_requests_probability = 1},
                      sim::FaultKind::TooManyRequests,
                      milliseconds{50},
                      20},
        ReadFaultCase{"429 with Retry-After 3",
                      {.too_many_requests_probability = 1, .retry_after_s = 3},
                      sim::FaultKind::TooManyRequests,
                      milliseconds{50},
                      20},
        ReadFaultCase{"502",
                      {.gateway_error_probability = 1, .gateway_status = 502},
                      sim::FaultKind::GatewayError,
                      milliseconds{50},
                      30},
        ReadFaultCase{"503",
                      {.gateway_error_probability = 1, .gateway_status = 503},
                      sim::FaultKind::GatewayError,
                      milliseconds{50},
                      30},
        ReadFaultCase{"504",
                      {.gateway_error_probability = 1, .gateway_status = 504},
                      sim::FaultKind::GatewayError,
                      milliseconds{50},
                      30},
        ReadFaultCase{
            "hang", {.hang_probability = 1}, sim::FaultKind::Hang, milliseconds{2'100}, 120},
        ReadFaultCase{"truncated body",
                      {.truncate_probability = 1},
                      sim::FaultKind::TruncatedAnswer,
                      milliseconds{50},
                      30},
        ReadFaultCase{"reset within the head",
                      {.reset_probability = 1},
                      sim::FaultKind::ResetAnswer,
                      milliseconds{50},
                      30},
        ReadFaultCase{"body drips at 60 B/s",
                      {.drip_bytes_per_second = 60},
                      sim::FaultKind::DrippedAnswer,
                      milliseconds{2'100},
                      120},
        ReadFaultCase{
            "healthy, but account reads -32603",
            {.methods = kAccountReads, .rpc_error_probability = 1, .rpc_error_code = -32'603},
            sim::FaultKind::RpcError,
            milliseconds{50},
            30},
        ReadFaultCase{"healthy, but account reads 503",
                      {.methods = kAccountReads, .gateway_error_probability = 1},
                      sim::FaultKind::GatewayError,
                      milliseconds{50},
                      30},
        // Its notifications say that it keeps pace: it is believed until it is asked, which is
        // once a slot.
        ReadFaultCase{
            "-32005 behind by 200",
            {.rpc_error_probability = 1, .rpc_error_code = -32'005, .rpc_error_slots_behind = 200},
            sim::FaultKind::RpcError,
            milliseconds{50},
            100},
        ReadFaultCase{"-32005 unhealthy",
                      {.rpc_error_probability = 1, .rpc_error_code = -32'005},
                      sim::FaultKind::RpcError,
                      milliseconds{50},
                      100},
        ReadFaultCase{
            "-32601 method disabled",
            {.methods = kAccountReads, .rpc_error_probability = 1, .rpc_error_code = -32'601},
            sim::FaultKind::RpcError,
            milliseconds{50},
            10},
        ReadFaultCase{"-32016 minimum slot not reached",
                      {.methods = kAccountReads,
                       .rpc_error_probability = 1,
                       .rpc_error_code = -32'016,
                       .rpc_error_slots_behind = 20},
                      sim::FaultKind::RpcError,
                      milliseconds{50},
                      100},
        // It is slower than the others, and no more: a read that it gets may take its time. What
        // is thought of it halves every 30 s: 300 ms are below 5 after six times.
        ReadFaultCase{"latency 100 ms, jitter 50 ms",
                      {.latency = milliseconds{100}, .jitter = milliseconds{50}},
                      sim::FaultKind::Latency,
                      milliseconds{300},
                      1'000,
                      seconds{180}},
        ReadFaultCase{
            "down", {.is_down = true}, sim::FaultKind::ConnectionRefused, milliseconds{50}, 60}),
    [](const auto& test) { return word_of(test.param.name); });

TEST(OneNodeSpared, OnlyTheMethodsThatFailAreMovedAway) {
    Rig rig;
    Reader reader{rig};
    rig.run(seconds{5});
    rig.set_faults(kSick, {.methods = kAccountReads, .rpc_error_probability = 1});
    rig.run(seconds{5});
    const std::uint64_t slots = rig.requests(kSick, "getSlot");
    const std::uint64_t failed = rig.count(kSick, sim::FaultKind::RpcError);
    rig.run(seconds{10});
    EXPECT_GT(rig.requests(kSick, "getSlot"), slots + 20) << "its other methods are used";
    EXPECT_LE(rig.count(kSick, sim::FaultKind::RpcError), failed + 10) << "probes only";
    EXPECT_EQ(reader.take().failed, 0U);
    reader.stop();
    rig.run(seconds{1});
}

TEST(Budget, OfEachNodeIsKeptWhileAllAreBusy) {
    // The provider counts as strictly as the client believes: nothing may be refused.
    RigOptions options;
    options.requests_per_second = 20;
    Rig rig{options};
    rig.set_faults_everywhere({.requests_per_second_max = 20});
    Reader reader{rig};
    rig.run(seconds{30});
    const auto outcome = reader.take();
    EXPECT_EQ(outcome.failed, 0U) << outcome.error;
    // A window of the client's may lie across two of the provider's: one burst each may be late.
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_LE(rig.count(i, sim::FaultKind::TooManyRequests), 3U) << "node " << i;
    }
    reader.stop();
    rig.run(seconds{1});
}

TEST(EveryNode, TooManyRequestsEverywhereIsATypedErrorAndPasses) {
    Rig rig;
    rig.run(seconds{5});
    rig.set_faults_everywhere({.too_many_requests_probability = 1});
    std::optional<rpc::RpcResult<Slot>> answer;
    const auto ask = [&] {
        answer.reset();
        rig.rpc().get_slot(Commitment::Processed,
                           [&](rpc::RpcResult<Slot> result) { answer = std::move(result); });
    };
    ask();
    const auto refused = rig.run_until([&] { return answer.has_value(); }, seconds{10});
    ASSERT_TRUE(answer.has_value() && !answer->has_value());
    EXPECT_EQ(answer->error().kind, rpc::RpcError::Kind::RateLimited) << answer->error().text();
    rig.set_faults_everywhere({});
    ask();
    const auto served = rig.run_until(
        [&] {
            if (answer.has_value() && !answer->has_value()) {
                ask();
            }
            return answer.has_value() && answer->has_value();
        },
        seconds{60});
    conclude("429 everywhere", "a typed error; served when it has passed",
             {{"error", refused, seconds{10}}, {"served again", served, seconds{5}}});
}

TEST(Stale, ANodeThatLagsIsNotReadFromAndComesBack) {
    Rig rig;
    Reader reader{rig};
    rig.run(seconds{5});
    rig.set_faults(kSick, {.slots_behind = 20});
    // It stands still; beyond the pool's limit (8 slots) reads go elsewhere.
    const auto detected = rig.run_until(
        [&] {
            const auto health = rig.rpc().health();
            return health[kSick].is_lagging;
        },
        seconds{30});
    ASSERT_TRUE(detected);
    rig.run(seconds{2});
    const std::uint64_t accounts = rig.requests(kSick, "getMultipleAccounts");
    rig.run(seconds{20});
    EXPECT_LE(rig.requests(kSick, "getMultipleAccounts"), accounts + 2);
    rig.set_faults(kSick, {});
    const auto back = rig.run_until(
        [&] { return rig.requests(kSick, "getMultipleAccounts") > accounts + 10; }, seconds{30});
    EXPECT_EQ(reader.take().failed, 0U);
    rig.stop_writing();
    rig.run(seconds{3});
    EXPECT_EQ(rig.differing(), 0U);
    EXPECT_EQ(rig.findings().stale_while_sighted, 0U);
    // It stands still until it lags by more than 8 slots; well again it is asked once a second.
    conclude("stale by 20 slots (reads)", "no read fails; avoided, then used",
             {{"known to lag", detected, seconds{4}}, {"used again", back, seconds{10}}});
    reader.stop();
    rig.run(seconds{1});
}

// ---- What a node says about the chain ----

class Answering : public ::testing::Test {
 protected:
    Answering() {
        rig.run(seconds{5});
        // Any signature: a healthy node answers null.
        signature.bytes.fill(3);
    }
    [[nodiscard]] std::optional<Duration> ask() {
        answer.reset();
        rig.rpc().get_transaction(
            signature, Commitment::Confirmed,
            [&](rpc::RpcResult<std::optional<rpc::TransactionDetail>> result) {
                answer = std::move(result);
            });
        return rig.run_until([&] { return answer.has_value(); }, seconds{10});
    }
    [[nodiscard]] std::uint64_t asked() const {
        return rig.requests(0, "getTransaction") + rig.requests(1, "getTransaction") +
               rig.requests(2, "getTransaction");
    }
    Rig rig;
    Signature signature;
    std::optional<rpc::RpcResult<std::optional<rpc::TransactionDetail>>> answer;
};

TEST_F(Answering, ABlockThatIsNotAvailableYetIsAskedOfAnother) {
    std::optional<Duration> slowest{Duration{0}};
    rig.set_faults(
        kSick,
        {.methods = {"getTransaction"}, .rpc_error_probability = 1, .rpc_error_code = -32'004});
    for (int i = 0; i < 30; ++i) {
        const auto took = ask();
        ASSERT_TRUE(took);
        EXPECT_TRUE(answer->has_value()) << answer->error().text();
        slowest = std::max(slowest, took);
        rig.run(milliseconds{100});
    }
    EXPECT_GT(rig.count(kSick, sim::FaultKind::RpcError), 0U);
    // When all say so it is the answer, with its code.
    rig.set_faults_everywhere(
        {.methods = {"getTransaction"}, .rpc_error_probability = 1, .rpc_error_code = -32'004});
    const auto refused = ask();
    ASSERT_TRUE(refused);
    ASSERT_FALSE(answer->has_value());
    EXPECT_EQ(answer->error().code, -32'004);
    conclude("-32004 block not available", "another node is asked; a typed error when all say it",
             {{"slowest answer", slowest, milliseconds{50}}, {"error", refused, seconds{5}}});
}

TEST_F(Answering, AVersionThatWeDidNotDeclareIsAGenuineAnswer) {
    // One that every node would give: asking another, or avoiding this one, helps nobody.
    rig.set_faults_everywhere(
        {.methods = {"getTransaction"}, .rpc_error_probability = 1, .rpc_error_code = -32'015});
    const std::uint64_t before = asked();
    std::optional<Duration> took;
    for (std::uint64_t i = 1; i <= 10; ++i) {
        took = ask();
        ASSERT_TRUE(took);
        ASSERT_FALSE(answer->has_value());
        EXPECT_EQ(answer->error().kind, rpc::RpcError::Kind::Node);
        EXPECT_EQ(answer->error().code, -32'015);
        EXPECT_EQ(asked(), before + i) << "asked once each";
    }
    rig.set_faults_everywhere({});
    EXPECT_TRUE(ask());
    EXPECT_TRUE(answer->has_value());
    conclude("-32015 unsupported version", "a typed answer, asked once; no node is avoided",
             {{"answer", took, milliseconds{50}}});
}

}  // namespace
}  // namespace sniperforge::faults
