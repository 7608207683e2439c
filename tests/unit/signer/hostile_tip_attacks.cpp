// SPDX-License-Identifier: MIT
// Tips: an order may pay one, of so much, to an account on the list. What is tried under that name.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;

constexpr std::uint64_t kTip = 10'000;

// The order asks for a tip, and has the lamports for it.
void ask_for_tip(Draft& d, std::uint64_t lamports = kTip) {
    d.policy.tip_max = Lamports{lamports};
    d.policy.lamports_max += Lamports{lamports};
}

}  // namespace

std::vector<Attack> attacks_by_tips(HostileTest& t) {
    const auto pay = [&t](const Pubkey& to, std::uint64_t lamports) {
        return solana::system_transfer({t.wallet(), to, Lamports{lamports}});
    };
    const auto asked = [](auto change) {
        return [change](Draft& d) {
            ask_for_tip(d);
            return change(d);
        };
    };
    return {
        {"a tip to an account that is not on the list", kEverywhere,
         asked([=](Draft& d) { return d.append(pay(key_of(303), kTip)); }), "10000 lamports go to"},
        {"a tip of one lamport more than the order's", kEverywhere,
         asked([=](Draft& d) { return d.append(pay(kTipAccounts[0], kTip + 1)); }),
         "a tip of 10001 > 10000 lamports"},
        {"a tip of everything", kEverywhere,
         asked([=](Draft& d) { return d.append(pay(kTipAccounts[0], kU64Max)); }),
         "a tip of 18446744073709551615 > 10000 lamports"},
        {"a tip in two halves", kEverywhere, asked([=](Draft& d) {
             d.append(pay(kTipAccounts[0], kTip / 2));
             return d.append(pay(kTipAccounts[0], kTip / 2));
         }),
         "a second tip, of 5000 lamports"},
        {"a second tip, to another account of the list", kEverywhere, asked([=](Draft& d) {
             d.append(pay(kTipAccounts[0], kTip));
             return d.append(pay(kTipAccounts[1], 1));
         }),
         "a second tip, of 1 lamports"},
        {"a tip to a listed account where the order asked for none", kEverywhere,
         [=](Draft& d) { return d.append(pay(kTipAccounts[0], 1)); }, "1 lamports go to"},
        {"a tip that the order's lamports do not cover", kEverywhere,
         [=](Draft& d) -> At {
             ask_for_tip(d);
             d.policy.lamports_max -= Lamports{kTip};
             // Entries have nothing to spare; the others are brought to that.
             d.policy.lamports_max = std::min(d.policy.lamports_max, Lamports{kTip});
             d.append(pay(kTipAccounts[0], kTip));
             return {};
         },
         "tip 10000"},
        {"a tip to an account out of a lookup table", kTablesOnly, asked([=](Draft& d) {
             d.claimed.push_back({key_of(202), {kTipAccounts[0], key_of(304)}});
             d.read = d.claimed;
             return d.append(pay(kTipAccounts[0], kTip));
         }),
         "comes from a lookup table"},
        {"a tip out of a stranger's account, as if it were ours", kEverywhere, asked([=](Draft& d) {
             Instruction from = pay(kTipAccounts[0], kTip);
             from.accounts[0] = solana::writable(kStranger);
             return d.append(from);
         }),
         "a System transfer from"},
        {"a tip with a stranger's account behind it", kEverywhere, asked([=](Draft& d) {
             Instruction longer = pay(kTipAccounts[0], kTip);
             longer.accounts.push_back(solana::writable(kStranger));
             return d.append(longer);
         }),
         "a tip that names 3 accounts, not 2"},
        {"a tip as a transfer with a seed", kEverywhere, asked([=, &t](Draft& d) {
             Instruction seeded{solana::kSystemProgram,
                                {solana::writable(t.wallet()), solana::signer(t.wallet()),
                                 solana::writable(kTipAccounts[0])},
                                {}};
             append_le(seeded.data, std::uint32_t{11});
             append_le(seeded.data, kTip);
             return d.append(seeded);
         }),
         "a System instruction other than a transfer"},
        {"a tip hidden in a token transfer: wrapped SOL to the tip account's own", kEverywhere,
         asked([=, &t](Draft& d) {
             const Pubkey theirs =
                 solana::associated_token_address(kTipAccounts[0], kSol, solana::kTokenProgram);
             Instruction transfer{solana::kTokenProgram,
                                  {solana::writable(t.own(kSol)), solana::writable(theirs),
                                   solana::signer(t.wallet())},
                                  {3}};
             append_le(transfer.data, kTip);
             return d.append(transfer);
         }),
         "a token instruction other than"},
        {"the wrapped SOL account closed to a tip account", kEverywhere, asked([=, &t](Draft& d) {
             return d.append(
                 solana::token_close_account({t.own(kSol), kTipAccounts[0], t.wallet()}));
         }),
         "closes a token account to an address that is not our wallet"},
    };
}

}  // namespace sniperforge::signer::test
