// SPDX-License-Identifier: MIT
// The swaps themselves: Jupiter's route and the legs of our own cycles.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;

[[nodiscard]] Attack rerouted(const char* name, const std::function<void(Route&)>& change,
                              const char* reason) {
    return {name, kJupiterOnly,
            [=](Draft& d) {
                change(d.route);
                return d.reroute();
            },
            reason};
}

// Another account at one of the places that every route has.
[[nodiscard]] Attack account_at(const char* name, std::size_t place, const Pubkey& key,
                                const char* reason) {
    return {name, kJupiterOnly,
            [=](Draft& d) {
                const std::size_t at = d.at(solana::kJupiterV6Program);
                d.instructions[at].accounts[place].pubkey = key;
                return at;
            },
            reason};
}

// Of the order, seen from the draft.
[[nodiscard]] bool is_entry(const Route& route) { return route.mint_out == kToken; }

[[nodiscard]] std::vector<Attack> through_other_accounts(HostileTest& t) {
    const auto mint = [](const Route& r) { return is_entry(r) ? kToken : kSol; };
    const auto other = [](const Route& r) { return is_entry(r) ? kSol : kToken; };
    return {
        rerouted(
            "a route that pays a stranger",
            [=, &t](Route& r) { r.destination = t.strangers(mint(r)); }, "pays out to"),
        rerouted(
            "a route that pays our account of the other token",
            [=, &t](Route& r) { r.destination = t.own(other(r)); }, "pays out to"),
        rerouted(
            "a route that pays on to a stranger",
            [=, &t](Route& r) { r.redirect = t.strangers(mint(r)); }, "redirects what it pays"),
        rerouted(
            "a route out of a stranger's account",
            [=, &t](Route& r) { r.source = t.strangers(other(r)); }, "spends from"),
        rerouted(
            "a route out of the account that is to receive",
            [=, &t](Route& r) { r.source = t.own(mint(r)); }, "spends from"),
        rerouted(
            "a route out of our account of a third token",
            [&t](Route& r) { r.source = t.own_other(); }, "our account of"),
        {"a step that sells a third token of ours", kJupiterOnly,
         [&t](Draft& d) {
             const std::size_t at = d.at(solana::kJupiterV6Program);
             d.instructions[at].accounts.push_back(solana::writable(t.own_other()));
             return at;
         },
         "our account of"},
        {"a route on a stranger's authority", kJupiterOnly,
         [](Draft& d) {
             const std::size_t at = d.at(solana::kJupiterV6Program);
             d.instructions[at].accounts[1] = solana::readonly(kStranger);
             return at;
         },
         "swaps with the authority of"},
        account_at("a route under a program one bit off Token-2022", 0,
                   look_alike(solana::kToken2022Program), "is no token program"),
        account_at("a route that claims to pay another mint", 5, key_of(73), "claims to pay"),
        account_at("a route whose events go to a stranger", 7, kStranger, "event authority"),
        account_at("a route that names another program as itself", 8,
                   look_alike(solana::kJupiterV6Program), "as Jupiter itself"),
        account_at("a step through a program one bit off its venue", 9,
                   look_alike(solana::kRaydiumAmmV4Program), "its accounts do not name"),
    };
}

[[nodiscard]] std::vector<Attack> with_other_amounts() {
    return {
        rerouted(
            "a route that may spend one unit more", [](Route& r) { r.amount_in += 1; },
            "may spend"),
        rerouted(
            "a route that may spend everything", [](Route& r) { r.amount_in = kU64Max; },
            "may spend"),
        rerouted(
            "a route that quotes less than the floor",
            [](Route& r) { r.quoted_out -= r.quoted_out / 100; }, "guarantees"),
        rerouted(
            "a route with one basis point more of slippage", [](Route& r) { r.slippage_bps += 1; },
            "guarantees"),
        rerouted(
            "a route with a slippage of everything", [](Route& r) { r.slippage_bps = 10'000; },
            "guarantees 0"),
        rerouted(
            "a route with a slippage above everything", [](Route& r) { r.slippage_bps = 10'001; },
            "a slippage of 10001 bps"),
        rerouted(
            "a route with a platform fee", [](Route& r) { r.platform_fee_bps = 1; },
            "a platform fee of 1 bps"),
        rerouted(
            "a platform fee account without a fee", [](Route& r) { r.fee_account = kStranger; },
            "a platform fee"),
    };
}

[[nodiscard]] std::vector<Attack> of_unknown_layout() {
    return {
        rerouted(
            "a step whose layout is not known", [](Route& r) { r.steps[0] = 8; },
            "uses venue variant 8"),
        rerouted(
            "a step with a field that moves the rest",
            [](Route& r) {
                r.steps = {17, 1, 100, 0};  // Its output is the first byte of the amounts, 1.
                r.amount_in -= 256;
                r.amount_in += 1 - (r.amount_in & 0xff);
                r.venues = {solana::kOrcaWhirlpoolProgram};
            },
            "does not end where its steps say"),
        rerouted(
            "a step with a field, read as its share",
            [](Route& r) {
                r.steps[0] = 17;
                r.venues = {solana::kOrcaWhirlpoolProgram};
            },
            "not what an earlier one has put out"),
        rerouted(
            "a further step that buys on the curve, with lamports of the wallet",
            [](Route& r) {
                r.steps = {7, 100, 0, 1, 112, 100, 1, 2};
                r.step_count = 2;
                r.venues = {solana::kRaydiumAmmV4Program, solana::kPumpCurveProgram};
            },
            "moves lamports of the wallet"),
        rerouted(
            "a route without steps",
            [](Route& r) {
                r.steps.clear();
                r.step_count = 0;
            },
            "a Jupiter route of 0 steps"),
        rerouted(
            "a route of four billion steps", [](Route& r) { r.step_count = 0xffff'ffff; }, "steps"),
        rerouted(
            "a route with bytes behind it",
            [](Route& r) { r.steps.insert(r.steps.end(), {0, 0, 0, 0}); },
            "does not end where its steps say"),
        rerouted(
            "a route over shared accounts", [](Route& r) { r.discriminator = 0x819cd641339b20c1; },
            "other than route"),
        rerouted(
            "an exact-out route", [](Route& r) { r.discriminator = 0x5ced2b7b97ef33d0; },
            "other than route"),
        {"a route with too few accounts", kJupiterOnly,
         [](Draft& d) {
             const std::size_t at = d.at(solana::kJupiterV6Program);
             d.instructions[at].accounts.resize(8);
             return at;
         },
         "other than route"},
        {"a second route", kJupiterOnly, [](Draft& d) { return d.append(d.route.instruction()); },
         "a second swap"},
        {"no route at all", kJupiterOnly,
         [](Draft& d) -> At {
             d.instructions.erase(d.instructions.begin() +
                                  static_cast<std::ptrdiff_t>(d.at(solana::kJupiterV6Program)));
             return {};
         },
         "0 swaps, expected 1"},
    };
}

constexpr const Pubkey& kFirst = solana::kRaydiumAmmV4Program;  // The legs of the cycle.
constexpr const Pubkey& kSecond = solana::kRaydiumCpmmProgram;

[[nodiscard]] Attack leg(HostileTest& t, const char* name, int number,
                         const std::function<void(PoolSwap&)>& change, const char* reason) {
    return {name, kCyclesOnly,
            [=, &t](Draft& d) {
                PoolSwap swap = number == 1 ? t.leg_1() : t.leg_2();
                change(swap);
                return number == 1 ? d.replace(d.at(kFirst), swap.amm_v4())
                                   : d.replace(d.at(kSecond), swap.cpmm());
            },
            reason};
}

[[nodiscard]] Attack swap_changed(const char* name, const Pubkey& program,
                                  const std::function<void(Instruction&)>& change,
                                  const char* reason) {
    return {name, kCyclesOnly,
            [=](Draft& d) {
                const std::size_t at = d.at(program);
                change(d.instructions[at]);
                return at;
            },
            reason};
}

[[nodiscard]] std::vector<Attack> on_the_terms_of_legs(HostileTest& t) {
    return {
        leg(
            t, "a first leg that spends more", 1, [](PoolSwap& s) { s.first += 1; }, "may spend"),
        leg(
            t, "a first leg that yields less than the second spends", 1,
            [](PoolSwap& s) { s.second -= 1; }, "guarantees 9999 < 10000"),
        leg(
            t, "a first leg that pays a stranger", 1,
            [&t](PoolSwap& s) { s.destination = t.strangers(kToken); }, "pays out to"),
        leg(
            t, "a second leg that spends what we held before", 2, [](PoolSwap& s) { s.first += 1; },
            "may spend 10001 > 10000"),
        leg(
            t, "a last leg with a lower floor", 2, [](PoolSwap& s) { s.second -= 1; },
            "guarantees"),
        leg(
            t, "a last leg that pays a stranger", 2,
            [&t](PoolSwap& s) { s.destination = t.strangers(kSol); }, "pays out to"),
        leg(
            t, "a last leg that sells a third token of ours", 2,
            [&t](PoolSwap& s) { s.source = t.own_other(); }, "our account of"),
        leg(
            t, "a leg that gives exact tokens where the floor is of SOL", 2,
            [](PoolSwap& s) { s.is_exact_out = true, std::swap(s.first, s.second); }, "may spend"),
    };
}

[[nodiscard]] std::vector<Attack> on_the_form_of_legs(HostileTest& t) {
    return {
        swap_changed(
            "a leg through a pool of a foreign program", kFirst,
            [](Instruction& i) { i.program_id = kStranger; }, "is not on the list of programs"),
        swap_changed(
            "a leg through a program one bit off its venue", kSecond,
            [](Instruction& i) { i.program_id = look_alike(kSecond); },
            "is not on the list of programs"),
        swap_changed(
            "a leg on a stranger's authority", kFirst,
            [](Instruction& i) { i.accounts[7] = solana::readonly(kStranger); },
            "swaps with the authority of"),
        swap_changed(
            "a leg with bytes behind it", kFirst, [](Instruction& i) { i.data.push_back(0); },
            "not a swap in the form we know"),
        swap_changed(
            "a leg cut short", kSecond, [](Instruction& i) { i.data.pop_back(); },
            "not a swap in the form we know"),
        swap_changed(
            "a leg with a further account", kSecond,
            [](Instruction& i) { i.accounts.push_back(solana::writable(kStranger)); },
            "not a swap in the form we know"),
        swap_changed(
            "a deposit in the place of a leg", kSecond, [](Instruction& i) { i.data[0] ^= 0x40; },
            "not a swap in a form we know"),
        swap_changed(
            "a leg with a third token of ours in the place of a vault", kSecond,
            [&t](Instruction& i) { i.accounts[6].pubkey = t.own_other(); }, "our account of"),
        {"the legs in the other order", kCyclesOnly,
         [](Draft& d) {
             std::swap(d.instructions[d.at(kFirst)], d.instructions[d.at(kSecond)]);
             return d.at(kSecond);
         },
         "spends from"},
        {"a third leg", kCyclesOnly, [&t](Draft& d) { return d.append(t.leg_1().cpmm()); },
         "swap 3 in a cycle of 2 legs"},
        {"a cycle without its last leg", kCyclesOnly,
         [](Draft& d) -> At {
             d.instructions.erase(d.instructions.begin() +
                                  static_cast<std::ptrdiff_t>(d.at(kSecond)));
             return {};
         },
         "1 swaps, expected 2"},
        {"a route of Jupiter's in the place of a leg", kCyclesOnly,
         [&t](Draft& d) {
             const Route route{.authority = t.wallet(),
                               .source = t.own(kSol),
                               .destination = t.own(kToken),
                               .mint_out = kToken,
                               .amount_in = kAmount,
                               .quoted_out = 9'999};
             return d.replace(d.at(kFirst), route.instruction());
         },
         "guarantees 9999 < 10000"},
    };
}

[[nodiscard]] std::vector<Attack> together(std::initializer_list<std::vector<Attack>> parts) {
    std::vector<Attack> attacks;
    for (const auto& some : parts) {
        attacks.insert(attacks.end(), some.begin(), some.end());
    }
    return attacks;
}

}  // namespace

std::vector<Attack> attacks_by_routes(HostileTest& test) {
    return together({through_other_accounts(test), with_other_amounts(), of_unknown_layout()});
}

std::vector<Attack> attacks_by_legs(HostileTest& test) {
    return together({on_the_terms_of_legs(test), on_the_form_of_legs(test)});
}

}  // namespace sniperforge::signer::test
