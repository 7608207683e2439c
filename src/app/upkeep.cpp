// SPDX-License-Identifier: MIT
#include "app/upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/await_answer.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/execute/upkeep_builder.hpp"
#include "sniperforge/rpc/account_reader.hpp"

namespace sniperforge::app {

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

std::string done_before(const std::vector<UpkeepDone>& done) {
    return done.empty()
               ? ""
               : fmt::format("; done before that, told above, and in the journal: {}", done.size());
}

Upkeep::Upkeep(net::Reactor& reactor, rpc::RpcClient& rpc, WalletHands hands,
               const CourierOptions& options)
    : reactor_{reactor},
      signer_{hands.signer},
      options_{options},
      courier_{reactor, rpc, hands, options} {}

Result<void> Upkeep::settle_earlier() {
    const auto settled = courier_.settle_earlier();
    return settled ? Result<void>{} : Err{settled.error()};
}

Result<Withdrawal> Upkeep::sign(const signer::UpkeepPolicy& what) {
    const auto block = courier_.latest_blockhash();
    if (!block) {
        return Err{block.error()};
    }
    Bytes message;
    if (auto built = execute::build_upkeep(
            message, what, {options_.wallet, options_.execution.priority_price, block->blockhash});
        !built) {
        return Err{built.error()};
    }
    Withdrawal made;
    const auto signature =
        signer_.sign(made.wire, message, what, {reactor_.now(), reactor_.wall_now()});
    if (!signature) {
        return fail(fmt::format("the signer refuses a {}: {}", to_string(what.kind),
                                signature.error().text()));
    }
    const auto upkept = what.kind <= signer::UpkeepKind::TableClose
                            ? engine::UpkeptAccount::LookupTable
                            : engine::UpkeptAccount::Nonce;
    const auto cost = signer_.check(message, what);
    SF_ASSERT(cost.has_value());  // It has just been signed.
    made.signed_as = {*signature, block->last_valid_height, what.account, {}, {}, upkept, *cost};
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
    if (auto carried = courier_.carry({&*made, 1}); !carried) {
        return Err{carried.error()};
    }
    const engine::WithdrawalSettled& settled = *made->settled;
    if (settled.outcome == Outcome::Landed) {
        done_.push_back({what.kind, what.account, settled.signature, settled.fill});
        options_.tell(upkeep_line(done_.back()));
        return true;
    }
    if (settled.outcome == Outcome::Rejected) {
        options_.tell(fmt::format("{} of {}: {}", to_string(what.kind), what.account.to_string(),
                                  made->problem));
        return false;
    }
    return fail(fmt::format("the {} of {} did nothing: {}; run this again", to_string(what.kind),
                            what.account.to_string(), made->problem));
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
        return fail(fmt::format("reading accounts: {}{}", reads.error().text(), kRunAgain));
    }
    if (reads->second_unreached) {
        return fail(fmt::format(
            "reading accounts from a second endpoint: {}: nothing is built on the word of one "
            "where two are configured: check them with `sniperforge doctor`, or take out of "
            "network.endpoints the one that does not answer, then run this again",
            reads->second_unreached->text()));
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
