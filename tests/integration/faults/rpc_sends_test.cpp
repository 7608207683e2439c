// SPDX-License-Identifier: MIT
// Faults of what is sent: a genuine refusal is an answer, a lost one is nobody's to repeat, and a
// broadcast stands as long as one node takes it.
#include <gtest/gtest.h>

#include "rig.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "table.hpp"

namespace sniperforge::faults {
namespace {

class Sending : public ::testing::Test {
 protected:
    Sending() : wallet{make_wallet()} {
        sim::create_wallet(rig.cluster().chain(), wallet.public_key(), Lamports{kLamportsPerSol});
        rig.run(seconds{3});
    }
    [[nodiscard]] static solana::Keypair make_wallet() {
        std::array<std::uint8_t, solana::kSeedSize> seed{};
        seed.fill(7);
        return std::move(*solana::Keypair::from_seed(seed));
    }
    [[nodiscard]] Bytes payment(std::uint64_t lamports) {
        const std::vector<solana::Instruction> transfer{
            solana::system_transfer({.from = wallet.public_key(),
                                     .to = rig.accounts()[0],
                                     .lamports = Lamports{lamports}})};
        const auto message = solana::compile_message(wallet.public_key(), transfer,
                                                     rig.cluster().chain().latest_blockhash(0));
        return solana::sign_transaction(*message, wallet).value();
    }
    [[nodiscard]] std::uint64_t balance() {
        return rig.cluster().chain().account(wallet.public_key())->lamports.raw();
    }
    // To one endpoint.
    [[nodiscard]] rpc::RpcResult<Signature> send(const Bytes& wire, bool skip_preflight) {
        std::optional<rpc::RpcResult<Signature>> answer;
        rig.rpc().send_transaction(wire, skip_preflight, nullptr,
                                   [&](rpc::RpcResult<Signature> result) { answer = result; });
        took = rig.run_until([&] { return answer.has_value(); }, seconds{10});
        EXPECT_TRUE(took);
        return answer.value_or(std::unexpected{rpc::RpcError{}});
    }
    [[nodiscard]] rpc::BroadcastResult broadcast(const Bytes& wire, bool skip_preflight) {
        std::optional<rpc::BroadcastResult> answer;
        rig.rpc().broadcast_transaction(wire, skip_preflight, nullptr,
                                        [&](const rpc::BroadcastResult& result) {
                                            if (result.is_over()) {
                                                answer = result;
                                            }
                                        });
        took = rig.run_until([&] { return answer.has_value(); }, seconds{10});
        EXPECT_TRUE(took);
        return answer.value_or(rpc::BroadcastResult{});
    }
    [[nodiscard]] std::uint64_t sends() const {
        return rig.requests(0, "sendTransaction") + rig.requests(1, "sendTransaction") +
               rig.requests(2, "sendTransaction");
    }

    static constexpr std::uint64_t kFee = 5'000;
    static constexpr Duration kSoon = milliseconds{20};  // A round trip on loopback.
    Rig rig;
    solana::Keypair wallet;
    std::optional<Duration> took;  // By the last send.
};

TEST_F(Sending, APreflightFailureIsTheAnswerAndIsNotTakenElsewhere) {
    const auto refused = send(payment(5 * kLamportsPerSol), false);  // More than there is.
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, rpc::RpcError::Kind::Node);
    EXPECT_EQ(refused.error().code, -32'002);
    EXPECT_EQ(sends(), 1U);
    // The same when a node invents one.
    rig.set_faults_everywhere(
        {.methods = {"sendTransaction"}, .rpc_error_probability = 1, .rpc_error_code = -32'002});
    const auto invented = send(payment(1'000'000), false);
    ASSERT_FALSE(invented);
    EXPECT_EQ(invented.error().code, -32'002);
    EXPECT_EQ(sends(), 2U);
    conclude("-32002 preflight failure", "the answer; sent to one node, not taken elsewhere",
             {{"answer", took, kSoon}});
}

TEST_F(Sending, ALostAnswerIsNotSentAgainAndTheTransactionLandsOnce) {
    std::optional<Duration> slowest{Duration{0}};
    for (const sim::NodeFaults& faults :
         {sim::NodeFaults{.reset_probability = 1}, sim::NodeFaults{.truncate_probability = 1}}) {
        rig.set_faults_everywhere(faults);
        const std::uint64_t before = balance();
        const std::uint64_t sent = sends();
        const auto lost = send(payment(1'000'000), true);
        ASSERT_FALSE(lost);
        EXPECT_TRUE(lost.error().was_written) << lost.error().text();
        EXPECT_EQ(sends(), sent + 1);
        slowest = std::max(slowest, took);
        rig.set_faults_everywhere({});
        rig.run_slots(3);
        EXPECT_EQ(balance(), before - 1'000'000 - kFee);
        rig.run(seconds{30});  // Breakers have closed again.
    }
    conclude("answer to a send lost", "an error that says so; not sent again, landed once",
             {{"error", slowest, kSoon}});
}

TEST_F(Sending, ABroadcastIsAcceptedWhileOneNodeStillTakesIt) {
    rig.set_faults(0, {.is_down = true});
    rig.set_faults(1, {.hang_probability = 1});
    const std::uint64_t before = balance();
    const auto sent = broadcast(payment(1'000'000), false);
    EXPECT_TRUE(sent.accepted) << sent.text();
    rig.run_slots(3);
    EXPECT_EQ(balance(), before - 1'000'000 - kFee);
    conclude("broadcast: one node down, one hangs", "accepted, landed once",
             {{"accepted", took, kSoon}});
}

TEST_F(Sending, ANodeThatLagsMayNotKnowTheBlockhashAndItsRefusalAloneIsNoRefusal) {
    rig.set_faults(0, {.slots_behind = 30});
    rig.run_slots(35);
    const std::uint64_t before = balance();
    const auto sent = broadcast(payment(1'000'000), false);
    ASSERT_TRUE(sent.accepted) << sent.text();
    rig.run_slots(3);
    EXPECT_EQ(balance(), before - 1'000'000 - kFee);
    conclude("broadcast: a node lags 30 slots", "accepted, landed once",
             {{"accepted", took, kSoon}});
}

}  // namespace
}  // namespace sniperforge::faults
