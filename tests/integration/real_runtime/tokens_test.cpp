// SPDX-License-Identifier: MIT
// Mints and token accounts of both token programs: made, filled, moved, closed; rent to the
// lamport.
#include <fmt/format.h>

#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

constexpr std::uint8_t kDecimals = 6;
constexpr std::uint8_t kOtherDecimals = 7;
constexpr TokenAmount kSupply{1'000'000'000};

[[nodiscard]] std::string custom(std::size_t instruction, int code) {
    return fmt::format(R"({{"InstructionError":[{},{{"Custom":{}}}]}})", instruction, code);
}

class Tokens : public RealRuntime, public ::testing::WithParamInterface<Pubkey> {
 protected:
    // A mint of which the payer holds everything.
    Tokens()
        : mint_rent_{node_.rent_exempt_minimum(kMintBytes)},
          account_rent_{node_.rent_exempt_minimum(account_bytes())},
          own_{associated_token_address(payer_key(), mint(), program())},
          their_{associated_token_address(owner_.public_key(), mint(), program())} {
        const Draft create{
            .instructions = {system_create_account({.funder = payer_key(),
                                                    .account = mint(),
                                                    .lamports = mint_rent_,
                                                    .space = kMintBytes,
                                                    .owner = program()}),
                             token_initialize_mint2({.mint = mint(),
                                                     .decimals = kDecimals,
                                                     .mint_authority = payer_key(),
                                                     .freeze_authority = std::nullopt,
                                                     .token_program = program()}),
                             associated_token_create({payer_key(), payer_key(), mint(), program()}),
                             token_mint_to({mint(), own_, payer_key(), kSupply, program()})},
            .signers = {&mint_}};
        expect_landed(create, {.fee = Lamports{10'000}, .paid = mint_rent_ + account_rent_});
    }
    [[nodiscard]] static const Pubkey& program() { return GetParam(); }
    [[nodiscard]] const Pubkey& mint() const { return mint_.public_key(); }
    // Token-2022 gives every associated account the ImmutableOwner extension: a type byte and an
    // empty entry of four.
    [[nodiscard]] static std::size_t account_bytes() {
        return kTokenAccountBytes + (program() == kTokenProgram ? 0 : 5);
    }
    void create_their_account() {
        const AssociatedTokenCreate options{payer_key(), owner_.public_key(), mint(), program()};
        expect_landed({.instructions = {associated_token_create_idempotent(options)}},
                      {.fee = kOneFee, .paid = account_rent_});
    }
    [[nodiscard]] Instruction transfer(TokenAmount amount) const {
        return token_transfer({own_, their_, payer_key(), amount, program()});
    }
    [[nodiscard]] Instruction transfer_checked(TokenAmount amount, std::uint8_t decimals) const {
        return token_transfer_checked(
            {own_, mint(), their_, payer_key(), amount, decimals, program()});
    }

    const Keypair mint_ = new_keypair();
    const Keypair owner_ = new_keypair();
    const Lamports mint_rent_, account_rent_;
    const Pubkey own_, their_;
};

INSTANTIATE_TEST_SUITE_P(, Tokens, ::testing::Values(kTokenProgram, kToken2022Program),
                         [](const auto& tested) {
                             return tested.param == kTokenProgram ? "SplToken" : "Token2022";
                         });

TEST_P(Tokens, AreReadBackAsTheyWereMade) {
    const auto mint_account = node_.account(mint()).value();
    EXPECT_EQ(mint_account.owner, program());
    EXPECT_EQ(mint_account.lamports, mint_rent_);
    EXPECT_EQ(decode_mint(mint_account.data).value(), (Mint{.mint_authority = payer_key(),
                                                            .supply = kSupply,
                                                            .decimals = kDecimals,
                                                            .is_initialized = true,
                                                            .freeze_authority = std::nullopt}));
    const auto own = node_.account(own_).value();
    EXPECT_EQ(own.data.size(), account_bytes());
    EXPECT_EQ(own.lamports, account_rent_);
    const auto token = decode_token_account(own.data).value();
    EXPECT_EQ(token.mint, mint());
    EXPECT_EQ(token.owner, payer_key());
    EXPECT_EQ(token.amount, kSupply);
    EXPECT_FALSE(token.is_native());
}

TEST_P(Tokens, AreListedByOwner) {
    using Accounts = rpc::KeyedAccounts;
    const auto found =
        node_
            .get<Accounts>([&](rpc::RpcClient& client, rpc::RpcHandler<Accounts> handler) {
                client.get_token_accounts_by_owner(payer_key(), program(), Commitment::Confirmed,
                                                   std::move(handler));
            })
            .accounts;
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pubkey, own_);
    EXPECT_EQ(token_account_amount(found[0].data), kSupply);
}

TEST_P(Tokens, MoveByTransferAndByTransferChecked) {
    create_their_account();
    const auto detail =
        expect_landed({.instructions = {transfer(TokenAmount{250})}}, {.fee = kOneFee});
    expect_landed({.instructions = {transfer_checked(TokenAmount{750}, kDecimals)}},
                  {.fee = kOneFee});
    EXPECT_EQ(token_amount(their_), TokenAmount{1'000});
    EXPECT_EQ(token_amount(own_), kSupply - TokenAmount{1'000});

    // The fill as accounting reads it: from the balances around the transaction.
    ASSERT_EQ(detail.pre_token_balances.size(), 2U);
    ASSERT_EQ(detail.post_token_balances.size(), 2U);
    for (const auto& balance : detail.post_token_balances) {
        const bool is_own = balance.owner == payer_key();
        EXPECT_EQ(detail.account_keys.at(balance.account_index), is_own ? own_ : their_);
        EXPECT_EQ(balance.mint, mint());
        EXPECT_EQ(balance.amount, is_own ? kSupply - TokenAmount{250} : TokenAmount{250});
    }
}

TEST_P(Tokens, DoNotMoveBeyondWhatIsThereOrWithOtherDecimals) {
    create_their_account();
    constexpr int kInsufficientFunds = 1;
    constexpr int kMintDecimalsMismatch = 18;
    expect_refused({.instructions = {transfer(kSupply + TokenAmount{1})}},
                   custom(0, kInsufficientFunds));
    expect_reverted({.instructions = {transfer(kSupply + TokenAmount{1})}}, kOneFee,
                    custom(0, kInsufficientFunds));
    expect_refused({.instructions = {transfer_checked(TokenAmount{1}, kOtherDecimals)}},
                   custom(0, kMintDecimalsMismatch));
    expect_landed({.instructions = {transfer(kSupply)}}, {.fee = kOneFee});
    EXPECT_EQ(token_amount(own_), TokenAmount{0});
}

TEST_P(Tokens, AreCreatedOnceAndIdempotentlyOftener) {
    create_their_account();
    const AssociatedTokenCreate again{payer_key(), owner_.public_key(), mint(), program()};
    expect_landed({.instructions = {associated_token_create_idempotent(again)}}, {.fee = kOneFee});
    const auto refused = node_.send(build({.instructions = {associated_token_create(again)}},
                                          node_.latest_blockhash().blockhash));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, rpc::RpcError::Kind::Node);
    EXPECT_EQ(node_.balance(payer_key()), payer_balance_);
}

TEST_P(Tokens, GiveTheirRentBackWhenAnEmptyAccountIsClosed) {
    constexpr int kNonNativeHasBalance = 11;
    const auto close = token_close_account({own_, payer_key(), payer_key(), program()});
    expect_refused({.instructions = {close}}, custom(0, kNonNativeHasBalance));
    const auto burn = token_burn({own_, mint(), payer_key(), kSupply, program()});
    expect_landed({.instructions = {burn, close}}, {.fee = kOneFee, .received = account_rent_});
    EXPECT_FALSE(node_.account(own_).has_value());
    EXPECT_EQ(decode_mint(node_.account(mint()).value().data).value().supply, TokenAmount{0});
}

TEST_P(Tokens, MoveByADelegateUntilItIsRevoked) {
    create_their_account();
    constexpr int kOwnerMismatch = 4;
    const auto approve =
        token_approve({own_, owner_.public_key(), payer_key(), TokenAmount{100}, program()});
    const auto spend =
        token_transfer({own_, their_, owner_.public_key(), TokenAmount{60}, program()});
    expect_landed({.instructions = {approve, spend}, .signers = {&owner_}},
                  {.fee = Lamports{10'000}});
    EXPECT_EQ(token_amount(their_), TokenAmount{60});
    const auto token = decode_token_account(node_.account(own_).value().data).value();
    EXPECT_EQ(token.delegate, owner_.public_key());
    EXPECT_EQ(token.delegated_amount, TokenAmount{40});
    const auto revoke = token_revoke({own_, payer_key(), program()});
    expect_refused({.instructions = {revoke, spend}, .signers = {&owner_}},
                   custom(1, kOwnerMismatch));
}

}  // namespace
}  // namespace sniperforge::real_runtime
