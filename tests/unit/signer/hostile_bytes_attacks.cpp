// SPDX-License-Identifier: MIT
// Fees, lookup tables and the bytes of the message.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;

[[nodiscard]] Attack budget_twice(const char* name, const Instruction& first,
                                  const Instruction& second) {
    return {name, kBeforeV1,
            [=](Draft& d) {
                d.append(first);
                return d.append(second);
            },
            "a second compute budget instruction"};
}

[[nodiscard]] Attack whole(const char* name, const Where& where,
                           const std::function<void(Draft&)>& change, const char* reason) {
    return {name, where,
            [=](Draft& d) -> At {
                change(d);
                return {};
            },
            reason};
}

[[nodiscard]] Attack on_bytes(const char* name, const std::function<void(Bytes&, Form)>& change,
                              const char* reason = "does not decode") {
    return whole(
        name, kEverywhere,
        [=](Draft& d) {
            d.change_message = [change, form = d.form](Bytes& m) { change(m, form); };
        },
        reason);
}

// Reads the message, changes it and writes it again: what no compiler of ours would write.
[[nodiscard]] std::function<void(Bytes&, Form)> rewritten(
    const std::function<void(solana::Message&)>& change) {
    return [=](Bytes& bytes, Form) {
        const Bytes before = bytes;
        auto message = solana::parse_message(before);
        SF_ASSERT(message.has_value());
        change(*message);
        bytes = solana::serialize_message(*message);
    };
}

// The first of our accounts in a lookup table, replaced as our node has it.
void replace_in_tables(Draft& draft, const Pubkey& ours, const Pubkey& other) {
    for (auto& table : draft.read) {
        for (Pubkey& address : table.addresses) {
            address = address == ours ? other : address;
        }
    }
}

}  // namespace

std::vector<Attack> attacks_by_fees(HostileTest& /*test*/) {
    const auto limit = [](std::uint64_t units) {
        return solana::set_compute_unit_limit(ComputeUnits{units});
    };
    const auto price = [](std::uint64_t micro_lamports) {
        return solana::set_compute_unit_price(ComputeUnitPrice{micro_lamports});
    };
    constexpr std::size_t kLimitAt = 0, kPriceAt = 1;
    return {
        whole(
            "a priority fee above the ceiling", kBeforeV1,
            [=](Draft& d) { d.instructions[kPriceAt] = price(100'000'000); }, "the order allows"),
        // 200,000 units: 60,000,000 lamports, where the signer pays 50,000,000 at most.
        whole(
            "a priority fee out of rents that nobody takes", kBeforeV1,
            [=](Draft& d) {
                d.instructions[kPriceAt] = price(300'000'000);
                d.policy.lamports_max += Lamports{60'000'000};
            },
            "a priority fee of 60000000 and a tip of 0 > 50000000 lamports"),
        whole(
            "a price and a limit whose product overflows", kBeforeV1,
            [=](Draft& d) {
                d.instructions[kLimitAt] = limit(0xffff'ffff);
                d.instructions[kPriceAt] = price(kU64Max);
            },
            "the order allows"),
        whole(
            "a price without a limit, which then is the largest", kBeforeV1,
            [=](Draft& d) {
                d.instructions[kPriceAt] = price(10'000'000);
                d.instructions.erase(d.instructions.begin());
            },
            "the order allows"),
        {"a second compute unit limit", kBeforeV1, [=](Draft& d) { return d.append(limit(1)); },
         "a second compute budget instruction"},
        {"a second compute unit price", kBeforeV1, [=](Draft& d) { return d.append(price(1)); },
         "a second compute budget instruction"},
        budget_twice("a second heap size", solana::request_heap_frame(32'768),
                     solana::request_heap_frame(32'768)),
        budget_twice("a second limit of loaded data",
                     solana::set_loaded_accounts_data_size_limit(1'000'000),
                     solana::set_loaded_accounts_data_size_limit(1'000'000)),
        {"a compute budget instruction with bytes behind it", kBeforeV1,
         [=](Draft& d) {
             d.instructions[kLimitAt].data.push_back(0);
             return kLimitAt;
         },
         "that we cannot read"},
        {"the old request for units and a fee", kBeforeV1,
         [](Draft& d) {
             return d.append({solana::kComputeBudgetProgram, {}, {0, 1, 0, 0, 0, 1, 0, 0, 0}});
         },
         "that we cannot read"},
        whole(
            "version 1: a priority fee above the ceiling", kV1Only,
            [](Draft& d) { d.config.priority_fee = Lamports{10'000'000}; }, "the order allows"),
        whole(
            "version 1: a priority fee that overflows the sum", kV1Only,
            [](Draft& d) { d.config.priority_fee = Lamports::max(); }, "the order allows"),
        whole(
            "version 1: no compute units, so that it pays for nothing", kV1Only,
            [](Draft& d) { d.config.compute_unit_limit.reset(); }, "does nothing"),
        {"version 1: a compute budget instruction", kV1Only,
         [=](Draft& d) { return d.append(price(1)); }, "no effect in a version 1 message"},
    };
}

std::vector<Attack> attacks_by_bytes(HostileTest& test) {
    const Pubkey sol = test.own(kSol), token = test.own(kToken);
    const Pubkey strangers_sol = test.strangers(kSol), strangers_token = test.strangers(kToken);
    const Where jupiters_tables{.kinds = kJupiterOnly.kinds, .forms = {Form::Tables}};
    return {
        {"a table that holds a stranger's account where ours was claimed", jupiters_tables,
         [=](Draft& d) {
             const bool is_entry = d.kind == OrderKind::Entry;
             // The creation of our account would show it first.
             d.instructions.erase(d.instructions.begin() + (is_entry ? 5 : 2));
             replace_in_tables(d, is_entry ? token : sol,
                               is_entry ? strangers_token : strangers_sol);
             return d.at_swap();
         },
         "pays out to"},
        {"a table that holds a stranger's account where ours would be created", jupiters_tables,
         [=](Draft& d) {
             const bool is_entry = d.kind == OrderKind::Entry;
             replace_in_tables(d, is_entry ? token : sol,
                               is_entry ? strangers_token : strangers_sol);
             return std::size_t{is_entry ? 5U : 2U};
         },
         "is not our associated account"},
        whole(
            "a table that our node was not asked for", kTablesOnly,
            [](Draft& d) { d.read.erase(d.read.begin()); }, "is not known"),
        whole(
            "no table at all", kTablesOnly, [](Draft& d) { d.read.clear(); }, "is not known"),
        whole(
            "a table of another key", kTablesOnly,
            [](Draft& d) { d.read[0].key = look_alike(d.read[0].key); }, "is not known"),
        whole(
            "a table that ends before the index", kTablesOnly,
            [](Draft& d) { d.read[0].addresses.resize(1); }, "lookup table"),
        on_bytes("an account index out of range", rewritten([](solana::Message& m) {
                     static const Bytes kBeyond{250, 250, 250};
                     m.instructions.back().account_indexes = kBeyond;
                 })),
        on_bytes("a program index out of range",
                 rewritten([](solana::Message& m) { m.instructions[0].program_id_index = 250; })),
        on_bytes("our wallet as the program",
                 rewritten([](solana::Message& m) { m.instructions[0].program_id_index = 0; })),
        on_bytes("an account twice",
                 rewritten([](solana::Message& m) { m.account_keys[2] = m.account_keys[1]; })),
        on_bytes("no signer", [](Bytes& m, Form form) { m[form == Form::Legacy ? 0 : 1] = 0; }),
        on_bytes("our wallet readonly",
                 [](Bytes& m, Form form) { m[form == Form::Legacy ? 1 : 2] = 1; }),
        on_bytes("a byte behind the message", [](Bytes& m, Form) { m.push_back(0); }),
        on_bytes("a message cut short", [](Bytes& m, Form) { m.pop_back(); }),
        on_bytes("half a message", [](Bytes& m, Form) { m.resize(m.size() / 2); }),
        on_bytes("no message", [](Bytes& m, Form) { m.clear(); }),
        on_bytes("a message of version 2",
                 [](Bytes& m, Form form) {
                     form == Form::Legacy ? void(m.insert(m.begin(), 0x82)) : void(m[0] = 0x82);
                 }),
        on_bytes("a message of version 127",
                 [](Bytes& m, Form form) {
                     form == Form::Legacy ? void(m.insert(m.begin(), 0xff)) : void(m[0] = 0xff);
                 }),
        whole(
            "a message of no instructions", kEverywhere, [](Draft& d) { d.instructions.clear(); },
            "0 swaps, expected"),
    };
}

}  // namespace sniperforge::signer::test
