// SPDX-License-Identifier: MIT
#include "app/nonce_upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/await_answer.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] NonceView nonce_view(std::uint8_t number, const Pubkey& key,
                                   const std::optional<rpc::AccountData>& account,
                                   std::string difference, const Pubkey& wallet) {
    NonceView view;
    view.number = number;
    view.account = key;
    view.difference = std::move(difference);
    if (!account) {
        return view;
    }
    view.lamports = account->lamports;
    const auto decoded = solana::decode_nonce_account(account->data);
    if (account->owner != solana::kSystemProgram || !decoded) {
        view.problem =
            "something else is at its address: somebody sent lamports there, and "
            "no nonce can be made of it; the next number is used instead";
        return view;
    }
    view.nonce = *decoded;
    view.is_ours = decoded->authority == wallet;
    if (!view.is_ours) {
        view.problem = "its authority is " + decoded->authority.to_string() + ", not our wallet";
    }
    return view;
}

}  // namespace

Result<NoncesReading> read_nonces(net::Reactor& reactor, rpc::RpcClient& rpc, const Pubkey& wallet,
                                  Slot slot_min) {
    const auto keys = signer::nonce_addresses(wallet);
    auto read = read_upkept(reactor, rpc, {keys.begin(), keys.end()}, slot_min);
    if (!read) {
        return Err{read.error()};
    }
    NoncesReading reading;
    reading.is_confirmed = read->is_confirmed;
    for (std::uint8_t number = 0; number < signer::kNoncesMax; ++number) {
        reading.nonces.push_back(nonce_view(number, keys[number], read->accounts[number],
                                            std::move(read->differences[number]), wallet));
    }
    return reading;
}

Result<void> NonceUpkeep::create(std::size_t count) {
    const auto rent = await_answer<rpc::RpcResult<Lamports>>(reactor_, [&](auto done) {
        rpc_.get_minimum_balance_for_rent_exemption(solana::kNonceAccountBytes, std::move(done));
    });
    if (!rent) {
        return fail("reading the rent of a nonce account: " + rent.error().text());
    }
    for (;;) {
        const auto reading = read();
        if (!reading) {
            return Err{reading.error()};
        }
        for (const NonceView& view : reading->nonces) {
            if (!view.difference.empty()) {
                return fail(
                    fmt::format("nonce {} at {}: {}: nothing is built on it; check whether "
                                "both endpoints serve the same cluster",
                                view.number, view.account.to_string(), view.difference));
            }
        }
        if (std::cmp_greater_equal(std::ranges::count(reading->nonces, true, &NonceView::is_ours),
                                   count)) {
            return {};
        }
        const auto free = std::ranges::find_if(reading->nonces, &NonceView::is_free);
        if (free == reading->nonces.end()) {
            return fail(fmt::format("none of the {} numbers is free for another nonce",
                                    signer::kNoncesMax));
        }
        if (auto created = upkeep_.carry({.kind = signer::UpkeepKind::NonceCreate,
                                          .account = free->account,
                                          .seed = signer::nonce_seed(free->number),
                                          .lamports = *rent});
            !created) {
            return created;
        }
    }
}

Result<std::vector<NonceView>> NonceUpkeep::chosen(std::optional<std::uint8_t> number) {
    auto reading = read();
    if (!reading) {
        return Err{reading.error()};
    }
    std::vector<NonceView> views;
    for (NonceView& view : reading->nonces) {
        if (number ? view.number != *number : !view.is_ours) {
            continue;
        }
        if (!view.is_ours) {
            return fail(fmt::format("nonce {} at {}: {}", view.number, view.account.to_string(),
                                    view.problem.empty() ? "it is not there" : view.problem));
        }
        if (!view.difference.empty()) {
            return fail(fmt::format("nonce {} at {}: {}", view.number, view.account.to_string(),
                                    view.difference));
        }
        views.push_back(std::move(view));
    }
    return views;
}

Result<void> NonceUpkeep::carry_each(std::optional<std::uint8_t> number, signer::UpkeepKind kind) {
    const auto views = chosen(number);
    if (!views) {
        return Err{views.error()};
    }
    const bool is_closing = kind == signer::UpkeepKind::NonceClose;
    for (const NonceView& view : *views) {
        if (auto done = upkeep_.carry({.kind = kind,
                                       .account = view.account,
                                       .lamports = is_closing ? view.lamports : Lamports{}});
            !done) {
            return done;
        }
    }
    return {};
}

std::string nonces_json(const NoncesReading& reading, const Pubkey& wallet,
                        const std::vector<UpkeepDone>& done) {
    std::vector<std::string> nonces;
    for (const NonceView& view : reading.nonces) {
        if (view.is_free() && view.difference.empty()) {
            continue;
        }
        JsonFields fields;
        fields.narrow("number", view.number).key("account", view.account);
        if (view.nonce) {
            fields.text("value", view.nonce->nonce.to_string())
                .key("authority", view.nonce->authority);
        } else {
            fields.null("value").null("authority");
        }
        nonces.push_back(fields.wide("lamports", view.lamports.raw())
                             .boolean("ours", view.is_ours)
                             .text("problem", view.problem)
                             .text("difference", view.difference)
                             .object());
    }
    return JsonFields{}
        .key("wallet", wallet)
        .boolean("two_endpoints", reading.is_confirmed)
        .raw("nonces", json_array(nonces))
        .raw("done", upkeep_json(done))
        .object();
}

void print_nonces(const NoncesReading& reading) {
    std::size_t count = 0;
    for (const NonceView& view : reading.nonces) {
        if (view.is_free() && view.difference.empty()) {
            continue;
        }
        count += view.is_ours ? 1 : 0;
        fmt::print("  {}  {}  {}, {} SOL{}\n", view.number, view.account.to_string(),
                   view.is_ours ? "value " + view.nonce->nonce.to_string() : view.problem,
                   format_sol(view.lamports),
                   view.difference.empty() ? "" : "; " + view.difference);
    }
    if (!reading.is_confirmed && count > 0) {
        fmt::print("  one endpoint alone says this: no second is configured and answers\n");
    }
    fmt::print("{} nonces, authority is the wallet\n", count);
}

}  // namespace sniperforge::app
