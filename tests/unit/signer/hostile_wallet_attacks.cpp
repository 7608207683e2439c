// SPDX-License-Identifier: MIT
// Who pays and signs, where lamports go, which programs run.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;
constexpr const char* kOnlyTransfers = "a System instruction other than a transfer";

[[nodiscard]] Instruction system(std::uint32_t tag, std::vector<solana::AccountMeta> accounts,
                                 std::initializer_list<Pubkey> keys = {}) {
    Instruction made{solana::kSystemProgram, std::move(accounts), {}};
    append_le(made.data, tag);
    for (const Pubkey& key : keys) {
        append(made.data, key.bytes);
    }
    return made;
}

// The first of Jito's tip accounts. These orders pay no tip, so that this one is as foreign as any.
const Pubkey kJitoTips = pubkey_constant("96gYZGLnJYVFmbjzopPSU6QiEV5fGqZNyN9nmNhvrZU5");

[[nodiscard]] std::vector<Attack> payers_and_signers(HostileTest& t) {
    return {
        {"another fee payer", kEverywhere,
         [](Draft& d) -> At {
             d.payer = kStranger;
             return {};
         },
         "the fee payer is"},
        {"a second signer", kEverywhere,
         [](Draft& d) -> At {
             d.instructions.back().accounts.push_back(solana::signer(kStranger));
             return {};
         },
         "2 signatures are required"},
        {"a header that makes a further account a signer", kEverywhere,
         [](Draft& d) -> At {
             d.change_message = [form = d.form](Bytes& m) { m[form == Form::Legacy ? 0 : 1] = 2; };
             return {};
         },
         "2 signatures are required"},
        {"an account of ours that is none of the order's, made writable", kEverywhere,
         [&](Draft& d) -> At {
             d.instructions.back().accounts.push_back(solana::writable(t.own_other()));
             return d.instructions.size() - 1;
         },
         "our account of"},
    };
}

[[nodiscard]] std::vector<Attack> lamports_away(HostileTest& t) {
    const auto pay = [&t](const Pubkey& to, std::uint64_t lamports) {
        return solana::system_transfer({t.wallet(), to, Lamports{lamports}});
    };
    return {
        {"lamports to a stranger, behind the swap", kEverywhere,
         [=](Draft& d) { return d.append(pay(kStranger, 1)); }, "1 lamports go to"},
        {"lamports to a stranger, before the swap", kEverywhere,
         [=](Draft& d) { return d.prepend(pay(kStranger, kAmount)); }, "100000000 lamports go to"},
        {"a tip to an account that is no tip account", kEverywhere,
         [=](Draft& d) { return d.append(pay(key_of(5), 10'000)); }, "10000 lamports go to"},
        {"a tip to a tip account of Jito's where the order asked for none", kEverywhere,
         [=](Draft& d) { return d.append(pay(kJitoTips, 1)); }, "1 lamports go to"},
        {"a wrap into a stranger's account", kEverywhere,
         [=, &t](Draft& d) { return d.append(pay(t.strangers(kSol), kAmount)); },
         "100000000 lamports go to"},
        {"a wrap to where wrapped SOL never is, the address under Token-2022", kEverywhere,
         [=, &t](Draft& d) {
             return d.append(pay(
                 solana::associated_token_address(t.wallet(), kSol, solana::kToken2022Program), 1));
         },
         "1 lamports go to"},
        {"a second wrap, beyond the order", kEverywhere,
         [=, &t](Draft& d) -> At {
             d.append(pay(t.own(kSol), kAmount));
             return {};
         },
         "the order allows"},
        {"two wraps whose sum overflows", kEverywhere,
         [=, &t](Draft& d) -> At {
             d.append(pay(t.own(kSol), kU64Max));
             d.append(pay(t.own(kSol), kU64Max));
             return {};
         },
         "the order allows"},
        {"a transfer out of a stranger's account, as if it were ours", kEverywhere,
         [=, &t](Draft& d) {
             Instruction from = pay(t.own(kSol), 1);
             from.accounts[0] = solana::writable(kStranger);
             return d.append(from);
         },
         "a System transfer from"},
        {"a transfer with bytes behind it", kEverywhere,
         [=, &t](Draft& d) {
             Instruction longer = pay(t.own(kSol), 1);
             longer.data.push_back(0);
             return d.append(longer);
         },
         kOnlyTransfers},
    };
}

[[nodiscard]] std::vector<Attack> other_system_instructions(HostileTest& t) {
    const auto at_end = [](const Instruction& instruction) {
        return [=](Draft& d) { return d.append(instruction); };
    };
    Instruction with_seed = system(
        11, {solana::writable(key_of(6)), solana::signer(t.wallet()), solana::writable(kStranger)});
    append_le(with_seed.data, std::uint64_t{1});
    Instruction created =
        system(0, {solana::writable_signer(t.wallet()), solana::writable(key_of(6))});
    append_le(created.data, kAmount);
    append_le(created.data, std::uint64_t{0});
    append(created.data, kStranger.bytes);
    return {
        {"a durable nonce, which keeps it valid for ever", kEverywhere,
         [=, &t](Draft& d) {
             return d.prepend(solana::system_advance_nonce({key_of(6), t.wallet()}));
         },
         kOnlyTransfers},
        {"a withdrawal from our nonce account", kEverywhere,
         at_end(solana::system_withdraw_nonce({key_of(6), kStranger, t.wallet(), Lamports{1}})),
         kOnlyTransfers},
        {"our nonce account given away", kEverywhere,
         at_end(solana::system_authorize_nonce({key_of(6), t.wallet(), kStranger})),
         kOnlyTransfers},
        {"our wallet assigned to a program", kEverywhere,
         at_end(system(1, {solana::writable_signer(t.wallet())}, {kStranger})), kOnlyTransfers},
        {"space allocated in our wallet, which then cannot pay fees", kEverywhere, at_end([&] {
             Instruction made = system(8, {solana::writable_signer(t.wallet())});
             append_le(made.data, std::uint64_t{1});
             return made;
         }()),
         kOnlyTransfers},
        {"an account created with our lamports", kEverywhere, at_end(created), kOnlyTransfers},
        {"a transfer with a seed", kEverywhere, at_end(with_seed), kOnlyTransfers},
        {"a System instruction without data", kEverywhere,
         at_end({solana::kSystemProgram, {solana::writable_signer(t.wallet())}, {}}),
         kOnlyTransfers},
    };
}

[[nodiscard]] std::vector<Attack> foreign_programs(HostileTest& t) {
    const auto call = [&t](const char* name, const Pubkey& program, Bytes data) {
        return Attack{
            name, kEverywhere,
            [=, &t](Draft& d) {
                return d.append({program,
                                 {solana::writable_signer(t.wallet()), solana::writable(kStranger)},
                                 data});
            },
            "is not on the list of programs"};
    };
    return {
        call("a stranger's program", kStranger, {1}),
        call("the stake program (authorize)",
             pubkey_constant("Stake11111111111111111111111111111111111111"), {1, 0, 0, 0}),
        call("the vote program (withdraw)",
             pubkey_constant("Vote111111111111111111111111111111111111111"), {3, 0, 0, 0}),
        call("the loader (upgrade)", pubkey_constant("BPFLoaderUpgradeab1e11111111111111111111111"),
             {3, 0, 0, 0}),
        call("a lookup table made at our expense", solana::kAddressLookupTableProgram,
             {0, 0, 0, 0}),
        call("a memo", solana::kMemoProgram, {'h', 'i'}),
        call("a program that is one bit off the System program", look_alike(solana::kSystemProgram),
             {2, 0, 0, 0}),
        call("a program that is one bit off the token program", look_alike(solana::kTokenProgram),
             {3, 1, 0, 0, 0, 0, 0, 0, 0}),
        call("a program that is one bit off Token-2022", look_alike(solana::kToken2022Program),
             {3, 1, 0, 0, 0, 0, 0, 0, 0}),
        call("a program that is one bit off Jupiter", look_alike(solana::kJupiterV6Program),
             {0xe5, 0x17, 0xcb, 0x97, 0x7a, 0xe3, 0xad, 0x2a}),
    };
}

}  // namespace

std::vector<Attack> attacks_on_the_wallet(HostileTest& test) {
    std::vector<Attack> attacks;
    for (const auto& some : {payers_and_signers(test), lamports_away(test),
                             other_system_instructions(test), foreign_programs(test)}) {
        attacks.insert(attacks.end(), some.begin(), some.end());
    }
    return attacks;
}

}  // namespace sniperforge::signer::test
