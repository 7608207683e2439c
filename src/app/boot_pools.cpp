// SPDX-License-Identifier: MIT
// Which pools there are, where the settings name none: each venue's program is asked for its own.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/boot.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/rpc/final_answer.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

void ask_for_pools(rpc::RpcClient& rpc, VenueId id, rpc::RpcHandler<rpc::KeyedAccounts> done) {
    const BytesView begin = dex::pool_discriminator(id);
    rpc.get_program_accounts(dex::program_of(id),
                             {dex::pool_bytes(id), {begin.begin(), begin.end()}},
                             Commitment::Confirmed, std::move(done));
}

constexpr std::string_view kEmptyList = "getProgramAccounts is answered with an empty list";

}  // namespace

void Boot::list_pools() {
    feed_.start();
    begin_step();
    if (!options_.pools.empty()) {
        return watch();
    }
    list_next_venue();
}

void Boot::list_next_venue() {
    // The curve's accounts do not say what they trade, and there are millions: what was launched
    // before is no news.
    if (venues_listed_ < options_.venues.size() &&
        options_.venues[venues_listed_] == VenueId::PumpCurve) {
        ++venues_listed_;
    }
    if (venues_listed_ == options_.venues.size()) {
        return watch();
    }
    const VenueId id = options_.venues[venues_listed_];
    ask_for_pools(rpc_, id, [this, id](rpc::RpcResult<rpc::KeyedAccounts> listed) {
        if (!listed) {
            return on_unlisted(id, listed.error());
        }
        listed->accounts.empty() ? list_elsewhere(id, 0) : on_listed(*listed);
    });
}

void Boot::on_listed(const rpc::KeyedAccounts& listed) {
    for (const auto& account : listed.accounts) {
        options_.pools.push_back(account.pubkey);
    }
    ++venues_listed_;
    list_next_venue();
}

// An endpoint may have no index of a program's accounts, and answers as if there were none. Each
// that may be read from is asked by itself.
void Boot::list_elsewhere(VenueId id, std::size_t endpoint) {
    const std::vector<rpc::Endpoint>& all = options_.endpoints;
    const auto is_asked = [this](const rpc::Endpoint& each) {
        return each.role != rpc::EndpointRole::Send &&
               std::ranges::any_of(genesis_.answers(), [&](const EndpointGenesis& told) {
                   return told.endpoint == each.name && told.hash && *told.hash == genesis_hash_;
               });
    };
    if (std::ranges::count_if(all, is_asked) < 2) {
        return on_none(id);
    }
    while (endpoint < all.size() && !is_asked(all[endpoint])) {
        ++endpoint;
    }
    if (endpoint == all.size()) {
        return on_none(id);
    }
    if (listers_.empty()) {
        for (const rpc::Endpoint& each : all) {
            listers_.push_back(std::make_unique<rpc::RpcClient>(
                reactor_, std::vector{each},
                rpc::ClientOptions{.timeout = options_.request_timeout, .attempts_max = 1}));
        }
    }
    ask_for_pools(
        *listers_[endpoint], id, [this, id, endpoint](rpc::RpcResult<rpc::KeyedAccounts> listed) {
            if (!listed || listed->accounts.empty()) {
                return list_elsewhere(id, endpoint + 1);
            }
            telemetry::warning("app",
                               "the {} pools of {} are listed by endpoint {}; another one lists "
                               "none of them ({}): `sniperforge doctor` tells which",
                               listed->accounts.size(), to_string(id),
                               options_.endpoints[endpoint].name, kEmptyList);
            on_listed(*listed);
        });
}

// Of a venue that has none that is the truth. Nobody can tell it from a program that is not
// indexed.
void Boot::on_none(VenueId id) {
    telemetry::log(
        options_.provenance == Provenance::Sim ? telemetry::Level::Info : telemetry::Level::Warning,
        "app",
        "no endpoint lists a pool of {} ({}): none that is there is watched. Where there are some, "
        "name them under feed.pools, or an endpoint that lists them: `sniperforge doctor` asks "
        "each",
        to_string(id), kEmptyList);
    unlisted_ += fmt::format("{}{}: {}", unlisted_.empty() ? "" : "; ", to_string(id), kEmptyList);
    ++venues_listed_;
    list_next_venue();
}

// A node that does not list a program's pools will not do so a moment later, and the other venues
// have theirs.
void Boot::on_unlisted(VenueId id, const rpc::RpcError& error) {
    problem_ = fmt::format("{}: {}", to_string(id), error.text());
    if (!rpc::is_final_answer(error) && reactor_.now() < deadline_) {
        timer_ = reactor_.schedule_after(kRetryDelay, [this] { list_next_venue(); });
        return;
    }
    telemetry::warning("app",
                       "the pools of {} cannot be listed (getProgramAccounts): {}; none of them is "
                       "watched: name pools under feed.pools, or an endpoint that lists them",
                       to_string(id), error.text());
    unlisted_ += (unlisted_.empty() ? "" : "; ") + problem_;
    ++venues_listed_;
    list_next_venue();
}

void Boot::watch() {
    if (options_.pools.empty()) {
        return fail_with(
            unlisted_.empty()
                ? "there is no pool to watch: list some under feed.pools"
                : fmt::format("there is no pool to watch, because no endpoint lists those of a "
                              "program: {}; name pools under feed.pools, or an endpoint that "
                              "serves getProgramAccounts",
                              unlisted_));
    }
    feed_.watch(pipeline_.pools_held());
    feed_.watch(options_.pools);
    await_sight();
}

}  // namespace sniperforge::app
