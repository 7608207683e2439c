// SPDX-License-Identifier: MIT
// What the runtime's own token programs say to a purchase and its sale in one transaction that
// nobody signs, as the reader of round trips reads it. No venue's program is there: tokens come out
// of a stranger's account, and go back where the market of the token takes them.
#include <fmt/format.h>

#include "feed/round_trip_reading.hpp"
#include "integration/real_runtime/node.hpp"
#include "sniperforge/execute/round_trip_trial.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

constexpr std::uint8_t kPlaces = 6;
constexpr TokenAmount kMade{1'000'000'000}, kBought{1'000'000};
// Where the sale begins: behind the account's creation and the purchase.
constexpr std::size_t kSale = 2;

class RoundTrips : public RealRuntime, public ::testing::WithParamInterface<Pubkey> {
 protected:
    // `space` and `first`: of a mint with an extension, which is set before the mint is.
    void create_mint(std::size_t space = kMintBytes, std::vector<Instruction> first = {}) {
        const Lamports rent = node_.rent_exempt_minimum(space);
        Draft create{.instructions = {system_create_account({.funder = payer_key(),
                                                             .account = mint(),
                                                             .lamports = rent,
                                                             .space = space,
                                                             .owner = program()})},
                     .signers = {&mint_}};
        auto& list = create.instructions;
        list.insert(list.end(), first.begin(), first.end());
        list.push_back(token_initialize_mint2({.mint = mint(),
                                               .decimals = kPlaces,
                                               .mint_authority = payer_key(),
                                               .freeze_authority = payer_key(),
                                               .token_program = program()}));
        for (const Keypair* owner : {&seller_, &market_}) {
            list.push_back(
                associated_token_create({payer_key(), owner->public_key(), mint(), program()}));
        }
        list.push_back(token_mint_to({mint(), of(seller_), payer_key(), kMade, program()}));
        land(create);
    }
    void land(const Draft& draft) {
        const auto sent = node_.send(build(draft, node_.latest_blockhash().blockhash));
        ASSERT_TRUE(sent) << sent.error().text();
    }
    [[nodiscard]] static const Pubkey& program() { return GetParam(); }
    [[nodiscard]] const Pubkey& mint() const { return mint_.public_key(); }
    [[nodiscard]] Pubkey of(const Keypair& owner) const {
        return associated_token_address(owner.public_key(), mint(), program());
    }
    [[nodiscard]] Pubkey own() const {
        return associated_token_address(payer_key(), mint(), program());
    }
    // Of both token programs: instruction 10, FreezeAccount.
    void freeze(const Pubkey& account) {
        land({.instructions = {{program(),
                                {writable(account), readonly(mint()), signer(payer_key())},
                                Bytes{10}}}});
    }
    // What is said to the purchase of so many, and their sale.
    [[nodiscard]] RoundTripOutcome tried() {
        const std::vector<Instruction> instructions{
            associated_token_create_idempotent({payer_key(), payer_key(), mint(), program()}),
            token_transfer_checked(
                {of(seller_), mint(), own(), seller_.public_key(), kBought, kPlaces, program()}),
            token_transfer_checked(
                {own(), mint(), of(market_), payer_key(), kBought, kPlaces, program()})};
        const auto message = compile_message(payer_key(), instructions, Hash{});
        const auto wire = unsigned_transaction(message.value());
        const auto answer = node_.wait<rpc::Simulation>(
            [&](rpc::RpcClient& client, rpc::RpcHandler<rpc::Simulation> handler) {
                rpc::simulate_transaction(client, *wire, {}, Commitment::Processed,
                                          std::move(handler));
            });
        reading_ = feed::reading_of(answer, kSale);
        EXPECT_EQ(reading_.unread, "");
        return execute::outcome_of(reading_, VenueId::RaydiumCpmm);
    }

    const Keypair mint_ = new_keypair(), seller_ = new_keypair(), market_ = new_keypair();
    RoundTripReading reading_;
};

INSTANTIATE_TEST_SUITE_P(, RoundTrips, ::testing::Values(kTokenProgram, kToken2022Program),
                         [](const auto& tested) {
                             return tested.param == kTokenProgram ? "SplToken" : "Token2022";
                         });

TEST_P(RoundTrips, ATokenThatGoesBackIsSoldAndNothingMoves) {
    create_mint();
    const Lamports before = node_.balance(payer_key());
    const RoundTripOutcome outcome = tried();
    EXPECT_EQ(outcome.end, RoundTripEnd::Sold) << outcome.problem;
    EXPECT_GT(outcome.slot, Slot{});
    EXPECT_EQ(node_.balance(payer_key()), before);
    EXPECT_FALSE(node_.account(own()).has_value());
}

// A creator who freezes: what we would have, or what takes it.
TEST_P(RoundTrips, AFrozenAccountRefusesThePurchaseOrTheSale) {
    create_mint();
    freeze(of(market_));
    const RoundTripOutcome sale = tried();
    EXPECT_EQ(sale.end, RoundTripEnd::Refused);
    EXPECT_NE(sale.problem.find("the sale failed: "), std::string::npos) << sale.problem;
    EXPECT_TRUE(reading_.is_of_sale);
    EXPECT_EQ(reading_.programs_failed, std::vector{program()});
    EXPECT_EQ(reading_.error, R"({"InstructionError":[2,{"Custom":17}]})");
    land(
        {.instructions = {associated_token_create({payer_key(), payer_key(), mint(), program()})}});
    freeze(own());
    const RoundTripOutcome purchase = tried();
    EXPECT_EQ(purchase.end, RoundTripEnd::Refused);
    EXPECT_NE(purchase.problem.find("the purchase failed: "), std::string::npos)
        << purchase.problem;
    EXPECT_FALSE(reading_.is_of_sale);
}

// Less arrives than was bought, so that not all of it can be sold.
TEST_P(RoundTrips, AFeeOnTransfersRefusesTheSale) {
    if (program() == kTokenProgram) {
        return;  // It knows none.
    }
    // Instruction 26, 0: nobody may change the fee or withdraw it; 10 %, and no limit.
    Bytes data{26, 0, 0, 0};
    append_le(data, std::uint16_t{1'000});
    append_le(data, std::uint64_t{kMade.raw()});
    // A mint is padded to an account's 165 bytes, then its type, the extension's type and size, and
    // its 108 bytes.
    create_mint(165 + 1 + 4 + 108, {{program(), {writable(mint())}, data}});
    const RoundTripOutcome outcome = tried();
    EXPECT_EQ(outcome.end, RoundTripEnd::Refused);
    EXPECT_NE(outcome.problem.find("the sale failed: "), std::string::npos) << outcome.problem;
}

// It says nothing of the token that we cannot pay.
TEST_P(RoundTrips, WithoutSolNothingIsSaid) {
    create_mint();
    const Lamports left = node_.balance(payer_key()) - Lamports{900'000};
    land({.instructions = {system_transfer({payer_key(), seller_.public_key(), left})}});
    const RoundTripOutcome outcome = tried();
    EXPECT_EQ(outcome.end, RoundTripEnd::Unknown) << outcome.problem;
}

}  // namespace
}  // namespace sniperforge::real_runtime
