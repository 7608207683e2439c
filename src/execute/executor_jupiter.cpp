// SPDX-License-Identifier: MIT
// Through Jupiter: from what it proposes to a message of ours, or, of an order, to one of its own
// that is signed as it is (ADR 0003, 0024).
#include <fmt/format.h>

#include <algorithm>

#include "execute/executor_state.hpp"
#include "execute/jupiter_message.hpp"
#include "execute/own_message.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/solana/clock.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::execute {
namespace {

// No cluster makes blocks faster than this; mainnet aims at twice as long.
constexpr Duration kBlockInterval = std::chrono::milliseconds{200};
// How far a tip can be ahead of the confirmed block that we read, and a little more.
constexpr std::uint64_t kUnconfirmedBlocks = 32;
// An order that could land for less than this, some 8 s, is not begun.
constexpr std::uint64_t kBlocksLeftMin = 20;
// A price is whole micro-lamports a unit: rounded up, it comes to so much more for the most units
// that a transaction may have.
constexpr Lamports kRoundedUpMax{2};

}  // namespace

Lamports Executor::State::fee_to_ask(const Flight& flight) const {
    const Lamports max = settings.trade_fee_max.saturating_sub(flight.offer.tip);
    return std::min(solana::priority_fee(flight.offer.price, settings.swap_units),
                    max.saturating_sub(kRoundedUpMax));
}

void Executor::State::request_quote(Flight& flight) {
    const OrderIntent& intent = flight.intent();
    flight.step = Step::Quoting;
    flight.was_jupiter_asked = true;
    const bool is_order = flight.api == JupiterApi::V2Order;
    const Pubkey& token = intent.kind == OrderKind::Exit ? intent.mint_in : intent.mint_out;
    const QuoteRequest quote{
        intent.mint_in, intent.mint_out, intent.amount_in,
        is_order ? order_fees.slippage_to_ask(token, intent.slippage_max) : intent.slippage_max};
    const RouteRequest route{quote, signer.wallet(), fee_to_ask(flight)};
    if (flight.api == JupiterApi::V2Build) {
        return jupiter.build(
            route,
            then<JupiterResult<JupiterBuild>>(flight, [](State& self, Flight& found, auto build) {
                if (!build) {
                    return self.fail_path(found, build.error().text, {build.error().failure});
                }
                if (self.takes_quote(found, build->quote)) {
                    self.on_proposal(found, std::move(build->proposal));
                }
            }));
    }
    if (is_order) {
        return jupiter.order(
            route, then<JupiterResult<JupiterOrder>>(flight, [token](State& self, Flight& found,
                                                                     auto order) {
                if (!order) {
                    return self.fail_path(found, order.error().text, {order.error().failure});
                }
                self.order_fees.note(token, order->fee);
                // As the signer will read it.
                order->quote.amount_out_min = part_floor(order->quote.amount_out_min,
                                                         BasisPoints{kBasisPointsOne} - order->fee);
                if (self.takes_quote(found, order->quote)) {
                    self.on_order(found, std::move(*order));
                }
            }));
    }
    jupiter.quote(
        quote, then<JupiterResult<JupiterQuote>>(flight, [](State& self, Flight& found, auto got) {
            self.on_quote(found, std::move(got));
        }));
}

// False: it is for another order or below the floor, and the path has failed.
bool Executor::State::takes_quote(Flight& flight, const JupiterQuote& quote) {
    const OrderIntent& intent = flight.intent();
    if (quote.mint_in != intent.mint_in || quote.mint_out != intent.mint_out ||
        quote.amount_in != intent.amount_in) {
        fail_path(flight,
                  fmt::format("Jupiter quoted {} of {} for another order than {} of {}",
                              quote.amount_in.raw(), quote.mint_in.to_string(),
                              intent.amount_in.raw(), intent.mint_in.to_string()),
                  {FailureClass::QuoteDivergence});
        return false;
    }
    note_quote(flight, quote);
    if (quote.amount_out_min < intent.receive_min) {
        // Within its slippage the market has moved on. Where what it expects is beyond ours, one of
        // us is wrong about the pool.
        const bool is_diverged = quote.amount_out < intent.receive_min;
        // Whichever it is, who wants out must give way: the fee of an order alone may be more than
        // the slippage, and then no floor of it is ever met.
        flight.is_floor_refused = intent.kind == OrderKind::Exit;
        fail_path(flight,
                  fmt::format("Jupiter guarantees {} base units, the order's floor is {}; it "
                              "expects {}",
                              quote.amount_out_min.raw(), intent.receive_min.raw(),
                              quote.amount_out.raw()),
                  {is_diverged ? FailureClass::QuoteDivergence : FailureClass::None});
        return false;
    }
    return true;
}

void Executor::State::on_quote(Flight& flight, JupiterResult<JupiterQuote> quote) {
    if (!quote) {
        return fail_path(flight, quote.error().text, {quote.error().failure});
    }
    if (!takes_quote(flight, *quote)) {
        return;
    }
    flight.quote = std::move(*quote);
    flight.step = Step::Building;
    const SwapRequest request{signer.wallet(), *flight.quote, fee_to_ask(flight)};
    if (flight.api == JupiterApi::V1Instructions) {
        return jupiter.swap_instructions(
            request, then<JupiterResult<JupiterInstructions>>(flight, [](State& self, Flight& found,
                                                                         auto proposal) {
                if (!proposal) {
                    return self.fail_path(found, proposal.error().text, {proposal.error().failure});
                }
                self.on_proposal(found, std::move(*proposal));
            }));
    }
    jupiter.swap(request,
                 then<JupiterResult<Bytes>>(flight, [](State& self, Flight& found, auto message) {
                     self.on_swap(found, std::move(message));
                 }));
}

void Executor::State::on_swap(Flight& flight, JupiterResult<Bytes> message) {
    if (!message) {
        return fail_path(flight, message.error().text, {message.error().failure});
    }
    flight.message = std::move(*message);
    on_message(flight);
}

// One that Jupiter has compiled.
void Executor::State::on_message(Flight& flight) {
    auto tables = lookup_tables_of(flight.message);
    if (!tables) {
        return fail_path(flight, tables.error().text, {FailureClass::QuoteService});
    }
    if (!tables->empty()) {
        return read_tables(flight, *tables);
    }
    adopt_and_send(flight, {});
}

// Tables come from our own RPC, never from the API that asks for the signature.
void Executor::State::read_tables(Flight& flight, std::span<const rpc::LookupTableNeed> tables) {
    using Tables = Result<std::vector<solana::AddressLookupTable>>;
    // Whoever wants out is let out on one endpoint's word when the other cannot be reached; the
    // signer still checks what the message does with it.
    const auto agreement = flight.intent().kind == OrderKind::Exit
                               ? rpc::TableAgreement::OfThoseReached
                               : rpc::TableAgreement::OfTwo;
    facts.lookup_tables(
        tables, agreement, then<Tables>(flight, [](State& self, Flight& found, Tables read) {
            if (!read) {
                return self.fail_path(found, read.error().text, {FailureClass::Rpc});
            }
            if (found.proposal) {
                return self.compile_proposal(found, *read);
            }
            self.adopt_and_send(found, *read);
        }));
}

// Of a sale that leaves nothing in the token's account.
std::optional<solana::Instruction> Executor::State::closing_of(const Flight& flight) const {
    const OrderIntent& intent = flight.intent();
    if (intent.kind != OrderKind::Exit || !flight.hints.is_token_account_emptied ||
        intent.pool.value >= book.size()) {
        return std::nullopt;
    }
    const dex::Pool& pool = book.pool(intent.pool);
    if (dex::is_fee_withheld(pool, intent.mint_in)) {
        return std::nullopt;
    }
    const Pubkey& program = dex::mint_a(pool) == intent.mint_in ? dex::token_program_a(pool)
                                                                : dex::token_program_b(pool);
    return solana::token_close_account({signer.own_accounts().account(intent.mint_in, program),
                                        signer.wallet(), signer.wallet(), program});
}

// ---- Instructions: the message is ours ----

void Executor::State::on_proposal(Flight& flight, JupiterInstructions proposal) {
    flight.step = Step::Building;
    flight.proposal = std::move(proposal);
    // Its instructions name their accounts in full. Tables only make them shorter, and cost a round
    // trip to two nodes: they are read where the message does not fit without.
    compile_proposal(flight, {});
}

void Executor::State::compile_proposal(Flight& flight,
                                       std::span<const solana::AddressLookupTable> tables) {
    const JupiterInstructions& proposal = *flight.proposal;
    // Where it needs tables it is long enough without a nonce.
    if (tables.empty()) {
        choose_lifetime(flight, tables);
    } else {
        leave_nonce(flight);
    }
    OwnMessageOptions options{
        .price = flight.offer.price,
        .units = settings.swap_units,
        .blockhash = lifetime_of(flight),
        .version = is_v1() ? solana::MessageVersion::V1 : solana::MessageVersion::V0,
        .tables = tables};
    flight.tip = tip_of(flight, tables);
    const auto close = closing_of(flight);
    const auto compile = [&](bool is_closing, const std::optional<Tip>& tip) {
        std::vector<solana::Instruction> instructions;
        instructions.reserve(proposal.instructions.size() + 5);
        add_advance(instructions, signer.wallet(), nonce_of(flight));
        add_compute_budget(instructions, options);
        instructions.insert(instructions.end(), proposal.instructions.begin(),
                            proposal.instructions.end());
        if (is_closing && close) {
            instructions.push_back(*close);
        }
        add_tip(instructions, signer.wallet(), tip);
        return compile_own_message(
            flight.message, signer.wallet(), instructions, options,
            fmt::format("{} of Jupiter's instructions", to_string(flight.intent().kind)));
    };
    auto compiled = compile(true, flight.tip);
    if (!compiled && flight.lease) {
        leave_nonce(flight);
        options.blockhash = lifetime_of(flight);
        compiled = compile(true, flight.tip);
    }
    const bool may_shorten = tables.empty() && !is_v1() && !proposal.tables.empty();
    if (!compiled && may_shorten) {
        std::vector<rpc::LookupTableNeed> needs;
        for (const Pubkey& table : proposal.tables) {
            needs.push_back({.table = table});
        }
        return read_tables(flight, needs);
    }
    if (!compiled && flight.tip) {
        flight.tip.reset();  // The nodes alone get it.
        compiled = compile(true, std::nullopt);
    }
    if (!compiled && close) {
        compiled = compile(false, std::nullopt);  // The swap matters more than the rent.
    }
    if (!compiled) {
        return fail_path(flight, compiled.error().text);
    }
    flight.trace.built = reactor.now();
    if (is_still_wanted(flight)) {
        sign_and_send(flight, tables);
    }
}

// ---- A transaction of v1: its message, our blockhash ----

void Executor::State::adopt_and_send(Flight& flight,
                                     std::span<const solana::AddressLookupTable> tables) {
    if (flight.order_id.empty()) {
        auto adopted =
            adopt_message(flight.message, blockhash->blockhash, tables, closing_of(flight));
        if (!adopted) {
            return fail_path(flight, adopted.error().text);
        }
        flight.message = std::move(*adopted);
        flight.tip = tip_of(flight, tables);
        flight.last_valid_height = blockhash->last_valid_height;
    }
    if (flight.tip) {
        auto tipped = append_instruction(
            flight.message,
            solana::system_transfer({signer.wallet(), flight.tip->account, flight.tip->amount}),
            tables);
        if (tipped) {
            flight.message = std::move(*tipped);
        } else {
            flight.tip.reset();  // It does not fit: the nodes alone get it.
        }
    }
    flight.trace.built = reactor.now();
    if (is_still_wanted(flight)) {
        sign_and_send(flight, tables);
    }
}

// ---- An order of v2: its message as it is, so that its own sender knows it again ----

// Its blockhash is one that we have not read. Whichever it is, it was made no later than now: it
// expires no later than one that would be made by now, however fast the blocks come. That height is
// what the order waits for before it is called expired; what the answer says is only held against
// it.
void Executor::State::on_order(Flight& flight, JupiterOrder order) {
    flight.step = Step::Building;
    if (!is_ready()) {
        return fail_path(flight, "no blockhash has been read from the node for too long",
                         {FailureClass::Rpc});
    }
    const std::uint64_t newest = blockhash->last_valid_height.value;
    const auto blocks_since =
        static_cast<std::uint64_t>((reactor.now() - blockhash_read_at) / kBlockInterval);
    const std::uint64_t last = newest + blocks_since + kUnconfirmedBlocks;
    const std::uint64_t first =
        newest - std::min(newest, solana::kBlockhashBlocks) + kBlocksLeftMin;
    const std::uint64_t told = order.last_valid_height.value;
    if (told < first || told > last) {
        return fail_path(
            flight,
            fmt::format("Jupiter's order is valid up to block height {}, by our nodes it must be "
                        "{} to {}",
                        told, first, last),
            {FailureClass::QuoteService});
    }
    flight.message = std::move(order.message);
    flight.order_id = std::move(order.request_id);
    flight.tip.reset();
    flight.last_valid_height = BlockHeight{last};
    on_message(flight);
}

// The bytes that the nodes have, so the same signature: the chain takes it once (ADR 0020). What it
// answers is counted and is nobody's outcome. Once: it repeats by itself.
void Executor::State::send_to_jupiter(Flight& flight) {
    if (flight.order_id.empty() || std::exchange(flight.is_order_executed, true)) {
        return;
    }
    jupiter.execute(flight.wire, flight.order_id);
    flight.may_be_out = true;  // No node can say any more that it is nowhere.
}

}  // namespace sniperforge::execute
