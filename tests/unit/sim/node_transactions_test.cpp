// SPDX-License-Identifier: MIT
// Transactions that a node loses, or sends and does not say so, and statuses that come late.
#include "node_fixture.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::sim {
namespace {

class NodeTransactionsTest : public NodeTest {
 protected:
    void SetUp() override {
        start(1);
        client = connect(0);
        create_wallet(cluster->chain(), wallet.public_key(), Lamports{10 * kLamportsPerSol});
        run_slots(1);
    }
    // A transfer, ready to be sent; another amount is another transaction.
    [[nodiscard]] std::string transfer(std::uint64_t lamports) {
        const auto message = solana::compile_message(
            wallet.public_key(), std::vector{pay(wallet.public_key(), test_key(9), lamports)},
            cluster->chain().latest_blockhash(0));
        const Bytes wire = *solana::sign_transaction(*message, wallet);
        signature = solana::parse_transaction(BytesView{wire})->transaction_id();
        return fmt::format(R"(["{}",{{"encoding":"base64"}}])", base64_encode(wire));
    }
    [[nodiscard]] std::string status() {
        return body(*client, "getSignatureStatuses",
                    fmt::format(R"([["{}"]])", signature.to_string()));
    }
    static constexpr std::uint64_t kPaid = 5'000'000;

    const solana::Keypair wallet = test_keypair(1);
    std::unique_ptr<NodeClient> client;
    Signature signature;
};

TEST_F(NodeTransactionsTest, ALostTransactionIsAnsweredWithItsSignatureAndNeverLands) {
    cluster->set_faults(0, {.lost_probability = 1});
    const std::string sent = body(*client, "sendTransaction", transfer(kPaid));
    EXPECT_NE(sent.find(signature.to_string()), std::string::npos) << sent;
    run_slots(3);
    EXPECT_EQ(cluster->chain().receipt(signature), nullptr);
    EXPECT_EQ(count(0, FaultKind::LostTransaction), 1U);
    // Preflight still refuses what would fail.
    const std::string refused = body(*client, "sendTransaction", transfer(99 * kLamportsPerSol));
    EXPECT_NE(refused.find("-32002"), std::string::npos) << refused;
    // Healed, the node sends again.
    cluster->set_faults(0, {});
    static_cast<void>(body(*client, "sendTransaction", transfer(kPaid)));
    run_slots(3);
    EXPECT_NE(cluster->chain().receipt(signature), nullptr);
}

TEST_F(NodeTransactionsTest, APhantomIsAnsweredWithAnErrorOrNotAtAllAndLands) {
    cluster->set_faults(0, {.phantom_error_probability = 1});
    const std::string sent = body(*client, "sendTransaction", transfer(kPaid));
    EXPECT_NE(sent.find("-32603"), std::string::npos) << sent;
    run_slots(3);
    EXPECT_NE(cluster->chain().receipt(signature), nullptr);
    EXPECT_EQ(count(0, FaultKind::PhantomError), 1U);
    cluster->set_faults(0, {.phantom_hang_probability = 1});
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);  // Only what is sent hangs.
    const auto& hung = ask(*client, "sendTransaction", transfer(kPaid + 1));
    EXPECT_FALSE(hung.result);
    run_slots(3);
    EXPECT_NE(cluster->chain().receipt(signature), nullptr);
    EXPECT_EQ(count(0, FaultKind::PhantomHang), 1U);
}

TEST_F(NodeTransactionsTest, AStaleStatusIsNullForExactlySoManySlots) {
    cluster->set_faults(0, {.stale_status_slots = 20});
    static_cast<void>(body(*client, "sendTransaction", transfer(kPaid)));
    run_slots(2);
    const Receipt* receipt = cluster->chain().receipt(signature);
    ASSERT_NE(receipt, nullptr);
    const Slot landed = receipt->slot;
    while (cluster->chain().slot() < landed.plus(19)) {
        run_slots(1);
    }
    EXPECT_NE(status().find(R"("value":[null])"), std::string::npos);
    EXPECT_GT(count(0, FaultKind::StaleStatus), 0U);
    run_slots(1);
    EXPECT_NE(status().find(R"("confirmationStatus")"), std::string::npos);
}

TEST_F(NodeTransactionsTest, AWithheldTransactionIsListedAndNeverServed) {
    static_cast<void>(body(*client, "sendTransaction", transfer(kPaid)));
    run_slots(40);
    const std::string asked = fmt::format(R"(["{}",{{"encoding":"json"}}])", signature.to_string());
    EXPECT_EQ(body(*client, "getTransaction", asked).find(R"("result":null)"), std::string::npos);
    cluster->withhold(signature);
    EXPECT_NE(body(*client, "getTransaction", asked).find(R"("result":null)"), std::string::npos);
    EXPECT_EQ(count(0, FaultKind::UnservedTransaction), 1U);
    EXPECT_NE(status().find(R"("confirmationStatus")"), std::string::npos);
}

TEST_F(NodeTransactionsTest, TheClockJumpsOnceAndSlotsGoOn) {
    ClusterOptions options = quiet_options(1);
    FaultEvent event;
    event.at = std::chrono::seconds{10};
    event.clock = ClockJump{.jump_s = -3'600};
    options.faults = {event};
    start(options);
    client = connect(0);
    const Slot slot = cluster->chain().slot();
    const std::int64_t before = cluster->chain().slot_time().seconds();
    run(milliseconds{9'600});
    EXPECT_NEAR(static_cast<double>(cluster->chain().slot_time().seconds() - before), 9.6, 1.5);
    EXPECT_EQ(cluster->world_fault_counters()[FaultKind::ClockJump], 0U);
    run(milliseconds{800});
    EXPECT_NEAR(static_cast<double>(cluster->chain().slot_time().seconds() - before), 10.4 - 3'600,
                1.5);
    EXPECT_NEAR(static_cast<double>(cluster->chain().slot().since(slot)), 26, 1);
    EXPECT_EQ(cluster->world_fault_counters()[FaultKind::ClockJump], 1U);
}

}  // namespace
}  // namespace sniperforge::sim
