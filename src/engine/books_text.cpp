// SPDX-License-Identifier: MIT
#include "engine/books_text.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::engine {

std::string books_json(const RunReport& report) {
    std::string accounts;
    for (std::size_t i = 0; i < report.books.lamports.size(); ++i) {
        accounts +=
            fmt::format(R"({}"{}":{})", i == 0 ? "" : ",",
                        to_string(static_cast<portfolio::Account>(i)), report.books.lamports[i]);
    }
    return fmt::format(R"({{"lamports":{{{}}},"sum_lamports":{},"mints":{},"mints_unbalanced":{},)"
                       R"("result":{},"refused":{}}})",
                       accounts, report.books.lamports_sum, report.books.mints,
                       report.books.mints_unbalanced, report.books.result().raw(),
                       report.bookings_refused);
}

std::string books_text(const RunReport& report) {
    using enum portfolio::Account;
    const auto sol = [&](std::initializer_list<portfolio::Account> accounts, int sign) {
        i128 sum = 0;
        for (const portfolio::Account account : accounts) {
            sum += report.books.lamports[static_cast<std::size_t>(account)];
        }
        return format_sol(LamportsDelta{static_cast<std::int64_t>(sign * sum)});
    };
    return fmt::format(
        "wallet {} + rent {} + positions at cost {} = at the start {} + swaps {} + fees and tips "
        "{} + rent of others {} + unexplained {} + cost carried {} + outside {} + adopted {} + "
        "moved out {} SOL; they differ by {} lamports, {} of {} mints are unbalanced",
        sol({Wallet}, 1), sol({RentLocked, RentBack}, 1), sol({Positions}, 1), sol({Opening}, -1),
        sol({Swapped, AmmFee, TransferFee}, -1), sol({BaseFee, PriorityFee, Tip}, -1),
        sol({RentOfOthers}, -1), sol({Unexplained}, -1), sol({CarriedCost}, -1), sol({Outside}, -1),
        sol({Adopted}, -1), sol({MovedOut}, -1), report.books.lamports_sum,
        report.books.mints_unbalanced, report.books.mints);
}

}  // namespace sniperforge::engine
