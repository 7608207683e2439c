// SPDX-License-Identifier: MIT
// Jupiter's second forms: `route_v2`, `shared_accounts_route_v2`, and orders that hold wrapped SOL
// at an address of Jupiter's for the length of a transaction.
#include "sniperforge/solana/jupiter_account.hpp"
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;
using Changes = std::function<void(Route&)>;

// Which of the second forms an attack is tried on.
enum class Over : std::uint8_t { Both, Route, Shared };

[[nodiscard]] std::vector<Attack> second_routes(HostileTest& t, Over over, const std::string& name,
                                                const Changes& change, const char* reason) {
    std::vector<Attack> attacks;
    for (const bool is_shared : {false, true}) {
        if (over != Over::Both && is_shared != (over == Over::Shared)) {
            continue;
        }
        attacks.push_back({(is_shared ? "over shared accounts: " : "second form: ") + name,
                           kJupiterOnly,
                           [=, &t](Draft& d) {
                               d.route = d.route.second(is_shared);
                               (void)d.reroute();
                               const auto before = t.judge(d);
                               EXPECT_FALSE(before) << "the honest one: " << before->text();
                               change(d.route);
                               return d.reroute();
                           },
                           reason});
    }
    return attacks;
}

void add(std::vector<Attack>& all, const std::vector<Attack>& some) {
    all.insert(all.end(), some.begin(), some.end());
}

[[nodiscard]] std::vector<Attack> second_through_accounts(HostileTest& t) {
    const auto other = [](const Route& r) { return r.mint_in; };
    std::vector<Attack> all;
    add(all, second_routes(
                 t, Over::Both, "pays a stranger",
                 [&t](Route& r) { r.destination = t.strangers(r.mint_out); }, "pays out to"));
    add(all, second_routes(
                 t, Over::Both, "pays our account of what it spends",
                 [=, &t](Route& r) { r.destination = t.own(other(r)); }, "pays out to"));
    add(all,
        second_routes(
            t, Over::Route, "pays on to a stranger",
            [&t](Route& r) { r.redirect = t.strangers(r.mint_out); }, "redirects what it pays"));
    add(all, second_routes(
                 t, Over::Both, "out of a stranger's account",
                 [&t](Route& r) { r.source = t.strangers(r.mint_in); }, "spends from"));
    add(all, second_routes(
                 t, Over::Both, "out of our account of a third token",
                 [&t](Route& r) { r.source = t.own_other(); }, "our account of"));
    add(all, second_routes(
                 t, Over::Both, "claims to spend another mint",
                 [](Route& r) { r.mint_in = key_of(73); }, "claims to spend"));
    add(all, second_routes(
                 t, Over::Both, "claims to pay another mint",
                 [](Route& r) { r.mint_out = key_of(73); }, "claims to pay"));
    add(all, second_routes(
                 t, Over::Both, "spends under Token-2022 what lies under SPL Token",
                 [](Route& r) { r.token_program_in = solana::kToken2022Program; }, "spends from"));
    add(all, second_routes(
                 t, Over::Both, "pays under Token-2022 what lies under SPL Token",
                 [](Route& r) { r.token_program_out = solana::kToken2022Program; }, "pays out to"));
    add(all, second_routes(
                 t, Over::Both, "under a program one bit off Token-2022",
                 [](Route& r) { r.token_program_out = look_alike(solana::kToken2022Program); },
                 "is no token program"));
    add(all, second_routes(
                 t, Over::Both, "a step through a program one bit off its venue",
                 [](Route& r) { r.venues = {look_alike(solana::kRaydiumAmmV4Program)}; },
                 "its accounts do not name"));
    add(all, second_routes(
                 t, Over::Both, "a step that sells a third token of ours",
                 [&t](Route& r) { r.venues.push_back(t.own_other()); }, "our account of"));
    return all;
}

[[nodiscard]] std::vector<Attack> second_with_amounts(HostileTest& t) {
    std::vector<Attack> all;
    add(all, second_routes(
                 t, Over::Both, "may spend one unit more", [](Route& r) { r.amount_in += 1; },
                 "may spend"));
    add(all, second_routes(
                 t, Over::Both, "quotes less than the floor",
                 [](Route& r) { r.quoted_out -= r.quoted_out / 100; }, "guarantees"));
    add(all, second_routes(
                 t, Over::Both, "one basis point more of slippage",
                 [](Route& r) { r.slippage_bps += 1; }, "guarantees"));
    add(all, second_routes(
                 t, Over::Both, "a slippage above everything",
                 [](Route& r) { r.slippage_bps = 10'001; }, "a slippage of 10001 bps"));
    add(all, second_routes(
                 t, Over::Both, "a platform fee that comes off the floor",
                 [](Route& r) { r.platform_fee_bps = 1, r.taker = kStranger; }, "guarantees"));
    add(all, second_routes(
                 t, Over::Both, "a platform fee above the limit, whatever it quotes",
                 [](Route& r) {
                     r.platform_fee_bps = 51, r.taker = kStranger;
                     r.quoted_out *= 2;
                 },
                 "a platform fee of 51 bps, more than 50"));
    add(all, second_routes(
                 t, Over::Both, "a share of what comes out above the quote",
                 [](Route& r) { r.surplus_fee_bps = 1; }, "keeps 1 bps"));
    return all;
}

[[nodiscard]] std::vector<Attack> second_of_layout(HostileTest& t) {
    std::vector<Attack> all;
    const char* const kEnd = "does not end where its steps say";
    add(all,
        second_routes(t, Over::Both, "bytes behind it", [](Route& r) { r.behind = {0}; }, kEnd));
    // What an honest tail of the first form would look like, for those who read from the end.
    add(all, second_routes(
                 t, Over::Both, "a second set of amounts behind the first",
                 [](Route& r) {
                     append_le(r.behind, r.amount_in);
                     append_le(r.behind, r.quoted_out * 2);
                     r.behind.resize(19, 0);
                 },
                 kEnd));
    add(all,
        second_routes(
            t, Over::Both, "its last byte missing", [](Route& r) { r.steps.pop_back(); }, kEnd));
    add(all, second_routes(
                 t, Over::Both, "no step where one is counted", [](Route& r) { r.steps.clear(); },
                 "ends before step 0 of 1"));
    add(all, second_routes(
                 t, Over::Both, "one step more than there are", [](Route& r) { r.step_count = 2; },
                 "ends before step 1 of 2"));
    add(all, second_routes(
                 t, Over::Both, "one step less than there are",
                 [](Route& r) {
                     append(r.steps, Bytes{46, 0x10, 0x27, 1, 2});
                     r.venues.push_back(solana::kRaydiumCpmmProgram);
                 },
                 kEnd));
    add(all, second_routes(
                 t, Over::Both, "no steps", [](Route& r) { r.step_count = 0; },
                 "a Jupiter route of 0 steps"));
    add(all, second_routes(
                 t, Over::Both, "four billion steps", [](Route& r) { r.step_count = 0xffff'ffff; },
                 "steps"));
    add(all, second_routes(
                 t, Over::Both, "a step whose layout is not known",
                 [](Route& r) { r.steps[0] = 146; }, "uses venue variant 146"));
    add(all, second_routes(
                 t, Over::Both, "four billion groups of accounts of a step",
                 [](Route& r) {
                     r.steps = {75, 0xff, 0xff, 0xff, 0xff, 0x10, 0x27, 0, 1};
                     r.venues = {solana::kMeteoraDlmmProgram};
                 },
                 kEnd));
    add(all, second_routes(
                 t, Over::Both, "a further step on the curve, with lamports of the wallet",
                 [](Route& r) {
                     append(r.steps, Bytes{112, 0x10, 0x27, 1, 2});
                     r.step_count = 2;
                     r.venues.push_back(solana::kPumpCurveProgram);
                 },
                 "moves lamports of the wallet"));
    add(all, second_routes(
                 t, Over::Shared, "a step on the curve, with lamports of a shared account",
                 [](Route& r) {
                     r.steps[0] = 112;
                     r.venues = {solana::kPumpCurveProgram};
                 },
                 "moves lamports of the wallet"));
    add(all, second_routes(
                 t, Over::Route, "exact-out",
                 [](Route& r) { r.discriminator = 0x24f3f41552b88a9d; }, "other than route"));
    add(all, second_routes(
                 t, Over::Shared, "exact-out",
                 [](Route& r) { r.discriminator = 0x18fabbd8cae56035; }, "other than route"));
    return all;
}

[[nodiscard]] Attack at_place(HostileTest& t, bool is_shared, const char* name, std::size_t place,
                              const Pubkey& key, const char* reason) {
    return {(is_shared ? "over shared accounts: " : "second form: ") + std::string{name},
            kJupiterOnly,
            [=, &t](Draft& d) {
                d.route = d.route.second(is_shared);
                const std::size_t at = d.reroute();
                EXPECT_FALSE(t.judge(d)) << "the honest one";
                d.instructions[at].accounts[place] = solana::readonly(key);
                return at;
            },
            reason};
}

// ---- Wrapped SOL held at Jupiter ----

[[nodiscard]] Pubkey held_of(const HostileTest& t) {
    return solana::jupiter_token_account_address(t.wallet(), kSol);
}

// An order as Jupiter's are: what it spends or receives of wrapped SOL is at its own address.
// Positions from `make`: the creation, ... and the closing as the last instruction.
void hold(HostileTest& t, Draft& d) {
    const bool is_entry = d.kind == OrderKind::Entry;
    d.route = d.route.second();
    (is_entry ? d.route.source : d.route.destination) = held_of(t);
    const std::ptrdiff_t first = d.form == Form::V1 ? 0 : 2;
    Instructions all{d.instructions.begin(), d.instructions.begin() + first};
    if (is_entry) {
        all.push_back(solana::system_transfer({t.wallet(), held_of(t), Lamports{kAmount} + kRent}));
    }
    all.push_back(jupiter_create(held_of(t), t.wallet(), kSol));
    if (is_entry) {
        all.push_back(t.create(kToken));
    }
    all.push_back(d.route.instruction());
    all.push_back(solana::token_close_account({held_of(t), t.wallet(), t.wallet()}));
    d.instructions = std::move(all);
}

[[nodiscard]] Attack held_attack(HostileTest& t, const std::string& name,
                                 const std::function<At(Draft&)>& change, const char* reason) {
    return {"wrapped SOL at Jupiter: " + name, kJupiterOnly,
            [=, &t](Draft& d) {
                hold(t, d);
                const auto before = t.judge(d);
                EXPECT_FALSE(before) << "the honest one: " << before->text();
                return change(d);
            },
            reason};
}

[[nodiscard]] std::size_t at_making(const Draft& d) { return d.at(solana::kJupiterV6Program); }

[[nodiscard]] At last_closes_to(Draft& d, const Pubkey& destination, const Pubkey& owner) {
    const Pubkey account = d.instructions.back().accounts[0].pubkey;
    return d.replace(d.instructions.size() - 1,
                     solana::token_close_account({account, destination, owner}));
}

}  // namespace

std::vector<Attack> attacks_by_second_routes(HostileTest& test) {
    std::vector<Attack> all = second_through_accounts(test);
    add(all, second_with_amounts(test));
    add(all, second_of_layout(test));
    add(all,
        {at_place(test, false, "a stranger's authority", 0, kStranger, "with the authority of"),
         at_place(test, true, "a stranger's authority", 1, kStranger, "with the authority of"),
         at_place(test, false, "events to a stranger", 8, kStranger, "event authority"),
         at_place(test, true, "events to a stranger", 10, kStranger, "event authority"),
         at_place(test, false, "another program as itself", 9, kStranger, "as Jupiter itself"),
         at_place(test, true, "another program as itself", 11, kStranger, "as Jupiter itself")});
    return all;
}

std::vector<Attack> attacks_by_held_sol(HostileTest& t) {
    return {
        held_attack(
            t, "left open",
            [](Draft& d) -> At {
                d.instructions.pop_back();
                return {};
            },
            "is left open"),
        held_attack(
            t, "closed to a stranger",
            [&t](Draft& d) { return last_closes_to(d, kStranger, t.wallet()); },
            "to an address that is not our wallet"),
        held_attack(
            t, "closed before the swap",
            [](Draft& d) -> At {
                std::swap(d.instructions.back(), d.instructions[d.instructions.size() - 2]);
                return d.instructions.size() - 1;
            },
            "which is not our account"),
        held_attack(
            t, "paid into behind its closing",
            [&t](Draft& d) {
                return d.append(solana::system_transfer({t.wallet(), held_of(t), Lamports{1}}));
            },
            "behind its closing"),
        held_attack(
            t, "made twice",
            [](Draft& d) {
                const std::size_t at = at_making(d);
                return d.append(d.instructions[at]);
            },
            "twice"),
        held_attack(
            t, "made for a stranger",
            [&t](Draft& d) {
                const std::size_t at = at_making(d);
                d.instructions[at].accounts[1] = solana::readonly(kStranger);
                return at;
            },
            "which is not our wrapped SOL account at Jupiter"),
        held_attack(
            t, "made of another mint",
            [&t](Draft& d) {
                return d.replace(at_making(d), jupiter_create(held_of(t), t.wallet(), kToken));
            },
            "which is not our wrapped SOL account at Jupiter"),
        held_attack(
            t, "made one bit off its address",
            [&t](Draft& d) {
                return d.replace(at_making(d),
                                 jupiter_create(look_alike(held_of(t)), t.wallet(), kSol));
            },
            "which is not our wrapped SOL account at Jupiter"),
        held_attack(
            t, "made under another program",
            [](Draft& d) {
                const std::size_t at = at_making(d);
                d.instructions[at].accounts[3].pubkey = solana::kToken2022Program;
                return at;
            },
            "a create_token_account under"),
        held_attack(
            t, "made with a byte more",
            [](Draft& d) {
                const std::size_t at = at_making(d);
                d.instructions[at].data.push_back(0);
                return at;
            },
            "a create_token_account of 10 bytes"),
        held_attack(
            t, "never made",
            [](Draft& d) -> At {
                d.instructions.erase(d.instructions.begin() +
                                     static_cast<std::ptrdiff_t>(at_making(d)));
                return at_making(d);
            },
            "which is not our account"),
        held_attack(
            t, "paid more into than the order allows",
            [&t](Draft& d) -> At {
                (void)d.prepend(solana::system_transfer(
                    {t.wallet(), held_of(t), Lamports{kAmount} + kRent + kRent}));
                return {};
            },
            "the order allows"),
    };
}

}  // namespace sniperforge::signer::test
