// SPDX-License-Identifier: MIT
#include "app/drill_ending.hpp"

#include <fmt/format.h>

#include <string_view>

#include "app/commands.hpp"
#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::app {

bool is_unfinished(const DaemonResult& result) {
    return result.exit_code == kExitNotReady ||
           (result.exit_code == kExitOk &&
            (result.report.fills_confirmed > 0 || result.report.orders_in_flight > 0));
}

std::vector<std::string> wrong_in_the_end(const DaemonResult& result) {
    const engine::RunReport& report = result.report;
    if (result.is_unproven || !report.mismatch_lamports || !report.mismatch_tokens) {
        return {"the books were not held against the chain in time"};
    }
    std::vector<std::string> wrong;
    const auto none = [&](std::string_view what, std::uint64_t value) {
        if (value > 0) {
            wrong.push_back(fmt::format("the daemon's report has {} {}", value, what));
        }
    };
    none("lamports that the ledger and the chain differ by", *report.mismatch_lamports);
    none("token units that the ledger and the chain differ by", *report.mismatch_tokens);
    none("lamports that nothing explains", report.costs.unexplained.magnitude().raw());
    none("lamports that the accounts of the ledger do not sum to zero by",
         portfolio::clamped_balance(report.books.lamports_sum < 0 ? -report.books.lamports_sum
                                                                  : report.books.lamports_sum));
    none("mints whose accounts do not sum to zero", report.books.mints_unbalanced);
    none("bookings that were refused", report.bookings_refused);
    none("orders in flight", report.orders_in_flight);
    none("orders whose outcome is unknown", report.orders.unknown);
    return wrong;
}

}  // namespace sniperforge::app
