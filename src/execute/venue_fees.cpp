// SPDX-License-Identifier: MIT
#include "execute/venue_fees.hpp"

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

void add_fees(VenueFeeParts& parts, const dex::SwapQuote& quote, bool is_in_of_received,
              bool is_out_of_received) {
    const auto add_fee = [&](TokenAmount fee, bool is_on_output, bool is_transfer) {
        if (!fee.is_zero()) {
            parts.parts[parts.count++] = {fee, is_on_output ? quote.amount_out : quote.amount_in,
                                          is_transfer,
                                          is_on_output ? is_out_of_received : is_in_of_received};
        }
    };
    add_fee(quote.trade_fee, quote.is_trade_fee_on_output, false);
    add_fee(quote.creator_fee, quote.is_creator_fee_on_output, false);
    add_fee(quote.transfer_fee_in, false, true);
    add_fee(quote.transfer_fee_out, true, true);
}

class PartsWriter {
 public:
    PartsWriter(const dex::PoolBook& book, const dex::QuoteContext& context)
        : book_{book}, context_{context} {}

    // The lamports that each side of the swap was worth are those received, or else those spent.
    [[nodiscard]] bool add(PoolIndex index, Direction direction, TokenAmount amount_in,
                           bool is_in_of_received, bool is_out_of_received) {
        if (index.value >= book_.size()) {
            return false;
        }
        const auto quote = dex::quote_exact_in(book_.pool(index), direction, amount_in, context_);
        if (!quote) {
            return false;
        }
        add_fees(parts_, *quote, is_in_of_received, is_out_of_received);
        return true;
    }
    [[nodiscard]] const VenueFeeParts& parts() const { return parts_; }

 private:
    const dex::PoolBook& book_;
    const dex::QuoteContext& context_;
    VenueFeeParts parts_;
};

[[nodiscard]] std::uint64_t clamped(i128 lamports) {
    return static_cast<std::uint64_t>(std::clamp(lamports, i128{0}, static_cast<i128>(kU64Max)));
}

}  // namespace

std::optional<VenueFeeParts> venue_fee_parts(const OrderIntent& intent, const dex::PoolBook& book,
                                             const dex::QuoteContext& context) {
    PartsWriter writer{book, context};
    if (intent.kind == OrderKind::Cycle) {
        for (std::size_t leg = 0; leg < intent.leg_count; ++leg) {
            const Leg& swap = intent.legs[leg];
            const bool is_last = leg + 1U == intent.leg_count;
            if (!writer.add(swap.pool, swap.direction, swap.amount_in, false, is_last)) {
                return std::nullopt;
            }
        }
        return writer.parts();
    }
    if (intent.pool.value >= book.size()) {
        return std::nullopt;
    }
    const auto direction = dex::direction_spending(book.pool(intent.pool), intent.mint_in);
    const bool is_exit = intent.kind == OrderKind::Exit;
    if (!direction || !writer.add(intent.pool, *direction, intent.amount_in, is_exit, is_exit)) {
        return std::nullopt;
    }
    return writer.parts();
}

VenueFeeParts venue_fee_parts(const OrderIntent& intent, std::span<const PaperSwap> swaps) {
    VenueFeeParts parts;
    for (std::size_t i = 0; i < swaps.size(); ++i) {
        const bool is_last = i + 1 == swaps.size();
        const bool is_exit = intent.kind == OrderKind::Exit;
        const bool is_cycle = intent.kind == OrderKind::Cycle;
        add_fees(parts, swaps[i].quote, is_exit, is_exit || (is_cycle && is_last));
    }
    return parts;
}

VenueFees venue_fees_of(const VenueFeeParts& parts, const OrderIntent& intent, const Fill& fill) {
    const bool is_exit = intent.kind == OrderKind::Exit;
    const std::uint64_t spent = is_exit ? 0 : intent.amount_in.raw();
    // Wrapped ones are lamports, too.
    const i128 moved =
        i128{principal_of(fill).raw()} + i128{change_of(fill, solana::kWrappedSolMint).raw()};
    const std::uint64_t received = clamped(i128{spent} + moved);
    VenueFees fees;
    for (std::size_t i = 0; i < parts.count; ++i) {
        const VenueFeePart& part = parts.parts[i];
        const std::uint64_t whole = part.is_of_received ? received : spent;
        const Lamports lamports{
            part.per.is_zero()
                ? 0
                : mul_div_ceil(part.fee.raw(), whole, part.per.raw()).value_or(whole)};
        Lamports& sum = part.is_transfer ? fees.transfer : fees.amm;
        sum = sum.saturating_add(lamports);
    }
    return fees;
}

std::optional<VenueFees> fees_in(const ExecutionReport& report,
                                 const std::optional<VenueFeeParts>& parts, const Fill& fill,
                                 const OrderIntent& intent) {
    if (report.outcome != Outcome::Landed || report.kind == OrderKind::Sweep) {
        return VenueFees{};  // It swapped nothing.
    }
    return parts ? std::optional{venue_fees_of(*parts, intent, fill)} : std::nullopt;
}

}  // namespace sniperforge::execute
