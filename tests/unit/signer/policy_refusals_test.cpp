// SPDX-License-Identifier: MIT
// All of an order but its swaps: who pays and signs, where lamports go, what token accounts suffer.
#include "unit/signer/policy_hostile.hpp"

namespace sniperforge::signer {
namespace {

using namespace test;

TEST_F(PolicyTest, RefusesToPayOrSignForOthers) {
    const auto payer = solana::compile_message(kStranger, entry(), kBlockhash);
    ASSERT_TRUE(payer);
    EXPECT_NE(refusal(*payer, entry_policy()).find("the fee payer is " + kStranger.to_string()),
              std::string::npos);
    const Hostile cases[] = {
        {"a second signer", [](auto& i) { i[4].accounts.push_back(solana::signer(kStranger)); },
         "2 signatures are required"},
        {"a swap on a stranger's authority",
         [&](auto& i) {
             Route route = entry_route();
             route.authority = kStranger;
             i[6] = route.instruction();
             i[6].accounts[1].is_signer = false;
         },
         "swaps with the authority of"},
    };
    SF_EXPECT_ALL_REFUSED(cases, entry(), entry_policy());
}

TEST_F(PolicyTest, RefusesLamportsToAnybodyButOurWrappedSol) {
    const Pubkey lost = signer.own_accounts().account(kSol, solana::kToken2022Program);
    const Hostile cases[] = {
        {"a tip to a stranger",
         [&](auto& i) { i.push_back(solana::system_transfer({wallet(), kStranger, Lamports{1}})); },
         "1 lamports go to"},
        {"a wrap into a stranger's account",
         [&](auto& i) { i[3] = solana::system_transfer({wallet(), key_of(5), Lamports{kAmount}}); },
         "100000000 lamports go to"},
        {"a wrap into our account of another mint",
         [&](auto& i) {
             i[3] = solana::system_transfer({wallet(), own(kToken), Lamports{kAmount}});
         },
         "100000000 lamports go to"},
        // Derived like ours, but wrapped SOL is no mint of that program: they would be lost there.
        {"a wrap to the address under Token-2022",
         [&](auto& i) { i[3] = solana::system_transfer({wallet(), lost, Lamports{kAmount}}); },
         "100000000 lamports go to"},
        {"a transfer out of an account that we do not own",
         [&](auto& i) { i[3].accounts[0] = solana::writable(kStranger); },
         "a System transfer from"},
        {"more than allowed",
         [&](auto& i) {
             i[3] = solana::system_transfer({wallet(), own(kSol), Lamports{kAmount + 1}});
         },
         "the order allows"},
        {"a transfer with bytes behind it", [](auto& i) { i[3].data.push_back(0); },
         "a System instruction other than a transfer"},
        {"a transfer of one account", [](auto& i) { i[3].accounts.resize(1); },
         "a System instruction other than a transfer"},
        {"a nonce that keeps it valid for ever",
         [&](auto& i) { i.insert(i.begin(), solana::system_advance_nonce({key_of(6), wallet()})); },
         "a System instruction other than a transfer"},
        {"our wallet given to a program",
         [&](auto& i) {
             Instruction assign{solana::kSystemProgram, {solana::writable_signer(wallet())}, {}};
             append_le(assign.data, std::uint32_t{1});
             append(assign.data, kStranger.bytes);
             i.push_back(assign);
         },
         "a System instruction other than a transfer"},
        {"a fee above the ceiling",
         [](auto& i) { i[1] = solana::set_compute_unit_price(ComputeUnitPrice{20'001}); },
         "the order allows"},
        {"a fee by a higher limit",
         [](auto& i) { i[0] = solana::set_compute_unit_limit(ComputeUnits{200'001}); },
         "the order allows"},
        {"a budget that we cannot read", [](auto& i) { i[0].data = {0, 1, 2, 3}; },
         "a compute budget instruction that we cannot read"},
        {"a budget with bytes behind it", [](auto& i) { i[1].data.push_back(0); },
         "a compute budget instruction that we cannot read"},
    };
    SF_EXPECT_ALL_REFUSED(cases, entry(), entry_policy());
}

TEST_F(PolicyTest, RefusesEveryTokenInstructionButSyncAndClose) {
    const Pubkey account = own(kToken);
    Instruction set_authority{
        solana::kTokenProgram, {solana::writable(account), solana::signer(wallet())}, {6, 2, 1}};
    append(set_authority.data, kStranger.bytes);
    const Instruction hostile[] = {
        solana::token_transfer({account, key_of(5), wallet(), TokenAmount{1}}),
        solana::token_transfer(
            {account, key_of(5), wallet(), TokenAmount{1}, solana::kToken2022Program}),
        solana::token_transfer_checked({account, kToken, key_of(5), wallet(), TokenAmount{1}, 6}),
        solana::token_approve({account, kStranger, wallet(), TokenAmount{1}}),
        solana::token_revoke({account, wallet()}),
        set_authority,
        solana::token_burn({account, kToken, wallet(), TokenAmount{1}}),
        solana::token_mint_to({kToken, account, wallet(), TokenAmount{1}}),
        solana::token_initialize_account3({account, kToken, kStranger}),
        Instruction{solana::kTokenProgram, {solana::writable(account)}, {}},
        Instruction{solana::kTokenProgram, {solana::writable(account)}, {17, 0}},
        Instruction{solana::kToken2022Program, {solana::writable(account)}, {44}},
    };
    for (const Instruction& instruction : hostile) {
        for (const bool is_exit : {false, true}) {
            Instructions instructions = is_exit ? exit() : entry();
            instructions.push_back(instruction);
            const auto refused = refusal(instructions, is_exit ? exit_policy() : entry_policy());
            EXPECT_NE(refused.find("a token instruction other than"), std::string::npos)
                << "tag " << (instruction.data.empty() ? -1 : instruction.data[0]) << ": "
                << refused;
        }
    }
}

TEST_F(PolicyTest, RefusesAccountsThatAreClosedToOthersOrCreatedForOthers) {
    const Hostile cases[] = {
        {"closed to a stranger",
         [&](auto& i) { i[7] = solana::token_close_account({own(kSol), kStranger, wallet()}); },
         "closes a token account to an address that is not our wallet"},
        {"closed by a stranger's right",
         [&](auto& i) {
             i[7] = solana::token_close_account({own(kSol), wallet(), kStranger});
             i[7].accounts[2].is_signer = false;
         },
         "closes a token account to an address that is not our wallet"},
        {"closed with too few accounts", [](auto& i) { i[7].accounts.resize(2); },
         "closes a token account to an address that is not our wallet"},
        {"created for a stranger",
         [&](auto& i) {
             i[5] = solana::associated_token_create_idempotent({wallet(), kStranger, kToken});
         },
         "creates a token account for"},
        {"created for another mint", [&](auto& i) { i[5] = create(key_of(8)); },
         "which the order does not name"},
        {"created at another address",
         [&](auto& i) {
             i[5] = solana::associated_token_create_idempotent({wallet(), wallet(), kToken},
                                                               key_of(5));
         },
         "the account to create is not our associated account"},
        {"recovered from a nested account", [](auto& i) { i[5].data = {2}; },
         "an associated token instruction other than create"},
        {"created with too few accounts", [](auto& i) { i[5].accounts.resize(5); },
         "an associated token instruction other than create"},
    };
    SF_EXPECT_ALL_REFUSED(cases, entry(), entry_policy());
}

TEST_F(PolicyTest, RefusesProgramsThatItDoesNotKnow) {
    for (const Pubkey& program :
         {kStranger, solana::kMemoProgram, solana::kAddressLookupTableProgram}) {
        Instructions instructions = entry();
        instructions.push_back({program, {solana::writable_signer(wallet())}, {1, 2, 3}});
        EXPECT_NE(refusal(instructions, entry_policy()).find("is not on the list of programs"),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace sniperforge::signer
