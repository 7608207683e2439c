// SPDX-License-Identifier: MIT
// Version 1 transactions: the budget is in the message, and what is not asked for is not given.
#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

constexpr TransactionConfig kEnough{.priority_fee = std::nullopt,
                                    .compute_unit_limit = ComputeUnits{50'000},
                                    .loaded_accounts_data_size_limit = 64 * 1024,
                                    .heap_bytes = std::nullopt};

class Version1 : public RealRuntime {
 protected:
    [[nodiscard]] Draft transfer(const TransactionConfig& config) const {
        return {.instructions = {system_transfer({payer_key(), to_.public_key(), kAmount})},
                .version = MessageVersion::V1,
                .config = config};
    }
    const Keypair to_ = new_keypair();
};

TEST_F(Version1, PaysTheBaseFeeAndTheTotalPriorityFeeOfItsConfig) {
    expect_landed(transfer(kEnough), {.fee = Lamports{5'000}, .paid = kAmount});
    TransactionConfig config = kEnough;
    config.priority_fee = Lamports{777};
    config.heap_bytes = 64 * 1024;
    expect_landed(transfer(config), {.fee = Lamports{5'777}, .paid = kAmount});
    EXPECT_EQ(node_.balance(to_.public_key()), kAmount + kAmount);
}

// Not the 200,000 units an instruction that older versions give: such a transaction only pays.
TEST_F(Version1, HasNoComputeUnitsUnlessItAsksForThem) {
    TransactionConfig config = kEnough;
    config.priority_fee = Lamports{777};
    config.compute_unit_limit = std::nullopt;
    expect_reverted(transfer(config), Lamports{5'777},
                    R"({"InstructionError":[0,"ComputationalBudgetExceeded"]})");
    // The transfer takes 150.
    config.compute_unit_limit = ComputeUnits{149};
    expect_reverted(transfer(config), Lamports{5'777},
                    R"({"InstructionError":[0,"ComputationalBudgetExceeded"]})");
    config.compute_unit_limit = ComputeUnits{150};
    expect_landed(transfer(config), {.fee = Lamports{5'777}, .paid = kAmount});
}

TEST_F(Version1, LoadsNoAccountsUnlessItAsksForTheirSize) {
    TransactionConfig config = kEnough;
    config.loaded_accounts_data_size_limit = std::nullopt;
    expect_refused(transfer(config), R"("MaxLoadedAccountsDataSizeExceeded")");
}

TEST_F(Version1, IgnoresComputeBudgetInstructions) {
    Draft draft = transfer(kEnough);
    draft.instructions.insert(draft.instructions.begin(),
                              {set_compute_unit_limit(ComputeUnits{200'000}),
                               set_compute_unit_price(ComputeUnitPrice{1'000'000})});
    expect_landed(draft, {.fee = Lamports{5'000}, .paid = kAmount});
}

TEST_F(Version1, CarriesWhatOlderVersionsHaveNoRoomFor) {
    constexpr std::size_t kTransfers = 48;
    Draft draft = transfer(kEnough);
    draft.instructions.clear();
    for (std::size_t i = 0; i < kTransfers; ++i) {
        draft.instructions.push_back(
            system_transfer({payer_key(), new_keypair().public_key(), kAmount}));
    }
    const Bytes wire = build(draft, node_.latest_blockhash().blockhash);
    EXPECT_GT(wire.size(), kTransactionBytesMax);
    const auto detail =
        expect_landed(wire, {.fee = Lamports{5'000}, .paid = Lamports{kTransfers * kAmount.raw()}});
    EXPECT_EQ(detail.account_keys.size(), kTransfers + 2);
}

}  // namespace
}  // namespace sniperforge::real_runtime
