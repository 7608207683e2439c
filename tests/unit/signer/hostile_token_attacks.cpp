// SPDX-License-Identifier: MIT
// What token accounts of ours can suffer, and which ones we would pay for.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;
constexpr const char* kOnlySyncAndClose = "a token instruction other than";
constexpr const char* kClosedElsewhere = "closes a token account to an address that is not our";

[[nodiscard]] Attack at_end(const char* name, const Instruction& instruction, const char* reason) {
    return {name, kEverywhere, [=](Draft& d) { return d.append(instruction); }, reason};
}

[[nodiscard]] std::vector<Attack> on_our_tokens(HostileTest& t) {
    const Pubkey account = t.own(kToken);
    const Pubkey to = t.strangers(kToken);
    Instruction owner{
        solana::kTokenProgram, {solana::writable(account), solana::signer(t.wallet())}, {6, 2, 1}};
    append(owner.data, kStranger.bytes);
    Instruction closer = owner;
    closer.data[1] = 3;
    Instruction approved{solana::kTokenProgram,
                         {solana::writable(account), solana::readonly(kToken),
                          solana::readonly(kStranger), solana::signer(t.wallet())},
                         {13, 1, 0, 0, 0, 0, 0, 0, 0, 6}};
    Instruction burned{
        solana::kTokenProgram,
        {solana::writable(account), solana::writable(kToken), solana::signer(t.wallet())},
        {15, 1, 0, 0, 0, 0, 0, 0, 0, 6}};
    return {
        at_end("a transfer of our tokens",
               solana::token_transfer({account, to, t.wallet(), TokenAmount{1}}),
               kOnlySyncAndClose),
        at_end("a checked transfer of our tokens",
               solana::token_transfer_checked({account, kToken, to, t.wallet(), TokenAmount{1}, 6}),
               kOnlySyncAndClose),
        at_end("a transfer under Token-2022",
               solana::token_transfer(
                   {account, to, t.wallet(), TokenAmount{1}, solana::kToken2022Program}),
               kOnlySyncAndClose),
        at_end("a transfer with the fee of Token-2022",
               {solana::kToken2022Program,
                {solana::writable(account), solana::readonly(kToken), solana::writable(to),
                 solana::signer(t.wallet())},
                {26, 1, 1, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0}},
               kOnlySyncAndClose),
        at_end("a delegate",
               solana::token_approve({account, kStranger, t.wallet(), TokenAmount{kU64Max}}),
               kOnlySyncAndClose),
        at_end("a checked delegate", approved, kOnlySyncAndClose),
        at_end("another owner of our account", owner, kOnlySyncAndClose),
        at_end("another who may close our account", closer, kOnlySyncAndClose),
        at_end("a burn", solana::token_burn({account, kToken, t.wallet(), TokenAmount{1}}),
               kOnlySyncAndClose),
        at_end("a checked burn", burned, kOnlySyncAndClose),
        at_end("a token instruction without data",
               {solana::kTokenProgram, {solana::writable(account)}, {}}, kOnlySyncAndClose),
    };
}

[[nodiscard]] std::vector<Attack> by_closing_and_syncing(HostileTest& t) {
    Instruction by_stranger = solana::token_close_account({t.own(kSol), t.wallet(), kStranger});
    by_stranger.accounts[2].is_signer = false;
    return {
        at_end("our account closed to a stranger",
               solana::token_close_account({t.own(kSol), kStranger, t.wallet()}), kClosedElsewhere),
        at_end("our account closed by a stranger's right", by_stranger, kClosedElsewhere),
        at_end("a stranger's account closed with our signature",
               solana::token_close_account({t.strangers(kSol), t.wallet(), t.wallet()}), "closes"),
        at_end("our account of another token closed",
               solana::token_close_account({t.own_other(), t.wallet(), t.wallet()}),
               "our account of"),
        at_end("a close under the token program that the account is not of",
               solana::token_close_account(
                   {t.own(kToken), t.wallet(), t.wallet(), solana::kToken2022Program}),
               "closes"),
        at_end("a close without accounts", {solana::kTokenProgram, {}, {9}}, "closes"),
        at_end("a sync of a stranger's account", solana::token_sync_native(t.strangers(kSol)),
               "syncs"),
        at_end("a sync without accounts", {solana::kTokenProgram, {}, {17}}, "syncs"),
    };
}

[[nodiscard]] std::vector<Attack> by_creating(HostileTest& t) {
    Instruction paid_by_other = t.create(kToken);
    paid_by_other.accounts[0] = solana::writable(kStranger);
    Instruction other_system = t.create(kToken);
    other_system.accounts[4] = solana::readonly(look_alike(solana::kSystemProgram));
    Instruction look_alike_tokens = t.create(kToken);
    look_alike_tokens.accounts[5] = solana::readonly(look_alike(solana::kToken2022Program));
    Instruction recovered = t.create(kToken);
    recovered.data = {2};
    const auto made = [&](const Pubkey& mint, const Pubkey& program, const Pubkey& address) {
        return solana::associated_token_create_idempotent({t.wallet(), t.wallet(), mint, program},
                                                          address);
    };
    return {
        at_end("an account for a stranger at our expense",
               solana::associated_token_create_idempotent({t.wallet(), kStranger, kToken}),
               "creates a token account for"),
        at_end("an account of a mint that the order does not name", t.create(key_of(8)),
               "which the order does not name"),
        at_end("an account of one of the order's mints with the address of another",
               made(kSol, solana::kTokenProgram, t.own(kToken)), "is not our associated account"),
        at_end("an account at a stranger's address",
               made(kToken, solana::kTokenProgram, t.strangers(kToken)),
               "is not our associated account"),
        at_end("an account under the token program that its address is not of",
               made(kToken, solana::kToken2022Program, t.own(kToken)),
               "is not our associated account"),
        at_end("an account under a program one bit off Token-2022", look_alike_tokens,
               "is no token program"),
        at_end("an account that a program one bit off the System program makes", other_system,
               "is not the System program"),
        at_end("an account that another is said to pay for", paid_by_other, "at the expense of"),
        at_end("a recovery from a nested account", recovered, "other than create"),
        {"more accounts than the order pays rent for", kEverywhere,
         [&t](Draft& d) -> At {
             for (int i = 0; i < 3; ++i) {
                 d.append(t.create(kToken));
             }
             return {};
         },
         "the order allows"},
    };
}

}  // namespace

std::vector<Attack> attacks_on_token_accounts(HostileTest& test) {
    std::vector<Attack> attacks;
    for (const auto& some :
         {on_our_tokens(test), by_closing_and_syncing(test), by_creating(test)}) {
        attacks.insert(attacks.end(), some.begin(), some.end());
    }
    return attacks;
}

}  // namespace sniperforge::signer::test
