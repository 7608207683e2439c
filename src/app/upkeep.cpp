// SPDX-License-Identifier: MIT
#include "app/upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/await_answer.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/execute/upkeep_builder.hpp"

namespace sniperforge::app {
namespace {

// Its rent is back: it is not to be made again.
void forget_closed(std::vector<Pubkey>& tables, const Withdrawal& carried) {
    const engine::WithdrawalSettled& settled = *carried.settled;
    if (carried.signed_as.upkept == engine::UpkeptAccount::LookupTable &&
        settled.outcome == Outcome::Landed && !settled.fill.rent_refunded.is_zero()) {
        std::erase(tables, carried.signed_as.destination);
    }
}

}  // namespace

std::string upkeep_line(const UpkeepDone& done) {
    std::string line =
        fmt::format("{} of {}: fees {} SOL", to_string(done.kind), done.account.to_string(),
                    format_sol(done.fill.base_fee + done.fill.priority_fee));
    if (!done.fill.rent_paid.is_zero()) {
        line += fmt::format(", rent {} SOL paid", format_sol(done.fill.rent_paid));
    }
    if (!done.fill.rent_refunded.is_zero()) {
        line += fmt::format(", rent {} SOL ({} lamports) returned",
                            format_sol(done.fill.rent_refunded), done.fill.rent_refunded.raw());
    }
    return line + "  " + done.signature.to_string();
}

std::string upkeep_json(const std::vector<UpkeepDone>& done) {
    std::vector<std::string> all;
    for (const UpkeepDone& each : done) {
        all.push_back(JsonFields{}
                          .text("what", to_string(each.kind))
                          .key("account", each.account)
                          .text("signature", each.signature.to_string())
                          .wide("fees", (each.fill.base_fee + each.fill.priority_fee).raw())
                          .wide("rent_paid", each.fill.rent_paid.raw())
                          .wide("rent_refunded", each.fill.rent_refunded.raw())
                          .object());
    }
    return json_array(all);
}

Upkeep::Upkeep(net::Reactor& reactor, rpc::RpcClient& rpc, SweepHands hands,
               const UpkeepOptions& options)
    : reactor_{reactor},
      rpc_{rpc},
      hands_{hands},
      options_{options},
      courier_{reactor,
               rpc,
               {options.wallet, options.execution.status_poll_interval,
                options.execution.rebroadcast_interval, reactor.now() + options.patience,
                options.is_stop_requested}} {}

Result<void> Upkeep::settle_earlier() {
    engine::History& history = hands_.history;
    if (history.withdrawals_open.empty()) {
        return {};
    }
    std::vector<Withdrawal> earlier;
    for (const engine::WithdrawalSigned& open : history.withdrawals_open) {
        earlier.push_back({open, {}});
    }
    if (options_.progress) {
        options_.progress(fmt::format(
            "{} transactions of a command that was cut are followed first", earlier.size()));
    }
    if (auto followed = follow(earlier); !followed) {
        return followed;
    }
    history.withdrawals_open.clear();
    for (const Withdrawal& each : earlier) {
        forget_closed(history.lookup_tables, each);
    }
    return {};
}

Result<Withdrawal> Upkeep::sign(const signer::UpkeepPolicy& what) {
    const auto block = await_answer<rpc::RpcResult<rpc::LatestBlockhash>>(reactor_, [&](auto done) {
        rpc_.get_latest_blockhash(Commitment::Confirmed, std::move(done));
    });
    if (!block) {
        return fail("reading a blockhash: " + block.error().text());
    }
    Bytes message;
    if (auto built = execute::build_upkeep(
            message, what, {options_.wallet, options_.execution.priority_price, block->blockhash});
        !built) {
        return Err{built.error()};
    }
    Withdrawal made;
    const auto signature =
        hands_.signer.sign(made.wire, message, what, {reactor_.now(), reactor_.wall_now()});
    if (!signature) {
        return fail(fmt::format("the signer refuses a {}: {}", to_string(what.kind),
                                signature.error().text()));
    }
    const auto upkept = what.kind <= signer::UpkeepKind::TableClose
                            ? engine::UpkeptAccount::LookupTable
                            : engine::UpkeptAccount::Nonce;
    made.signed_as = {*signature, block->last_valid_height, what.account, {}, {}, upkept};
    return made;
}

Result<void> Upkeep::carry(signer::UpkeepPolicy what) {
    const auto kind = what.kind;
    const Pubkey account = what.account;
    const auto landed = try_to(std::move(what));
    if (!landed) {
        return Err{landed.error()};
    }
    return *landed ? Result<void>{}
                   : fail(fmt::format("every node refuses the {} of {}: nothing was done",
                                      to_string(kind), account.to_string()));
}

Result<bool> Upkeep::try_to(signer::UpkeepPolicy what) {
    if (is_over()) {
        return fail(fmt::format("it was time to stop before the {} of {}; run this again",
                                to_string(what.kind), what.account.to_string()));
    }
    what.cost_max = execute::upkeep_cost_max(options_.execution.priority_price, what);
    auto made = sign(what);
    if (!made) {
        return Err{made.error()};
    }
    // On disk before the first byte of it leaves.
    if (!hands_.recorder.record(made->signed_as, reactor_.wall_now())) {
        return fail("the journal does not take it; nothing of it was sent");
    }
    if (const auto written = hands_.recorder.flush(); !written) {
        return fail("writing to the journal", written.error());
    }
    std::vector<Withdrawal> one;
    one.push_back(std::move(*made));
    courier_.send(one.front());
    if (auto followed = follow(one); !followed) {
        return Err{followed.error()};
    }
    const Withdrawal& sent = one.front();
    if (sent.settled->outcome == Outcome::Landed) {
        done_.push_back({what.kind, what.account, sent.signed_as.signature, sent.settled->fill});
        if (options_.progress) {
            options_.progress(upkeep_line(done_.back()));
        }
        return true;
    }
    if (sent.settled->outcome == Outcome::Rejected) {
        if (options_.progress) {
            options_.progress(fmt::format("{} of {}: {}", to_string(what.kind),
                                          what.account.to_string(), sent.problem));
        }
        return false;
    }
    return fail(fmt::format("the {} of {} did nothing: {}; run this again", to_string(what.kind),
                            what.account.to_string(), sent.problem));
}

// All of them have an outcome, and the journal and the books have it too.
Result<void> Upkeep::follow(std::vector<Withdrawal>& all) {
    courier_.follow(all);
    std::size_t open = 0;
    for (Withdrawal& each : all) {
        if (each.is_refused && !each.settled) {
            each.settled =
                engine::WithdrawalSettled{each.signed_as.signature, Outcome::Rejected, {}, {}};
        }
        if (!each.settled) {
            ++open;
            continue;
        }
        slot_settled_ = std::max(slot_settled_, each.settled->slot);
        hands_.recorder.record(*each.settled, reactor_.wall_now());
        (void)hands_.history.portfolio.withdraw(each.settled->fill, each.settled->slot,
                                                reactor_.wall_now());
    }
    if (const auto written = hands_.recorder.flush(); !written) {
        return fail("writing what became of it to the journal", written.error());
    }
    return open == 0 ? Result<void>{}
                     : fail(fmt::format("{} transactions were sent and are not final; run this "
                                        "again, it begins with them",
                                        open));
}

std::string upkept_difference(const std::optional<rpc::AccountData>& one,
                              const std::optional<rpc::AccountData>& other) {
    if (one.has_value() != other.has_value()) {
        return fmt::format("one endpoint has it, the {} does not", one ? "second" : "first");
    }
    if (!one) {
        return "";
    }
    if (one->owner != other->owner) {
        return fmt::format("it belongs to {} on one endpoint, to {} on the other",
                           one->owner.to_string(), other->owner.to_string());
    }
    if (one->lamports != other->lamports) {
        return fmt::format("it has {} lamports on one endpoint, {} on the other",
                           one->lamports.raw(), other->lamports.raw());
    }
    if (one->data != other->data) {
        const auto at = std::ranges::mismatch(one->data, other->data).in1 - one->data.begin();
        return fmt::format("two endpoints differ from byte {} on ({} and {} bytes)", at,
                           one->data.size(), other->data.size());
    }
    return "";
}

Result<UpkeptRead> read_upkept(net::Reactor& reactor, rpc::RpcClient& rpc,
                               const std::vector<Pubkey>& accounts, Slot slot_min) {
    SF_ASSERT(accounts.size() <= rpc::kAccountsPerRead);
    UpkeptRead read;
    if (accounts.empty()) {
        return read;
    }
    auto reads = await_answer<rpc::RpcResult<rpc::TwoReads>>(reactor, [&](auto done) {
        rpc.get_accounts_from_two(
            accounts, {.commitment = Commitment::Finalized, .context_slot_min = slot_min},
            std::move(done));
    });
    if (!reads) {
        return fail("reading accounts: " + reads.error().text());
    }
    if (reads->second_unreached) {
        return fail("reading accounts from a second endpoint: " + reads->second_unreached->text());
    }
    read.slot = reads->first.context_slot;
    read.is_confirmed = reads->second.has_value();
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        read.differences.push_back(
            reads->second ? upkept_difference(reads->first.accounts[i], reads->second->accounts[i])
                          : std::string{});
    }
    read.accounts = std::move(reads->first.accounts);
    return read;
}

}  // namespace sniperforge::app
