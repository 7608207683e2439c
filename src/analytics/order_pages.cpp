// SPDX-License-Identifier: MIT
#include "analytics/order_pages.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "analytics/html_text.hpp"
#include "analytics/report_cells.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::analytics {
namespace {

constexpr double kSol = 1e-9;

using Column = std::pair<std::string_view, const OrderDivergence*>;

// All together, then each strategy that has ordered.
std::vector<Column> columns_of(const OrderDivergences& divergences) {
    std::vector<Column> columns{{"all", &divergences.all}};
    for (std::size_t i = 0; i < kStrategyCount; ++i) {
        if (divergences.strategies[i].orders > 0) {
            columns.emplace_back(to_string(static_cast<StrategyId>(i)), &divergences.strategies[i]);
        }
    }
    return columns;
}

template <typename Cell>
std::string row_html(std::string_view name, const std::vector<Column>& columns, Cell cell) {
    std::string row = fmt::format("<tr><th>{}</th>", html_escaped(name));
    for (const auto& [strategy, divergence] : columns) {
        row += fmt::format("<td>{}</td>", html_escaped(cell(*divergence)));
    }
    return row + "</tr>";
}

std::string compared_text(const OrderDivergence& d) {
    std::string text = fmt::format("{} of {}", d.compared, d.orders);
    for (const auto& [why, count] : d.not_compared) {
        text += fmt::format(", {} {}", count, words_of(why));
    }
    return text;
}

std::string mean_text(const OrderDivergence& d) {
    const FigureCell cell = estimate_cell(d.mean, kSol, 6);
    return fmt::format("{} {}", cell.value, cell.detail);
}

}  // namespace

std::string orders_text(const ReportOnPaper& orders, std::string_view stamp) {
    return orders.compared ? to_text(*orders.compared, stamp)
                           : order_divergences_text_on_paper(stamp);
}

std::string orders_json(const ReportOnPaper& orders) {
    return orders.compared ? to_json(*orders.compared) : order_divergences_json_on_paper();
}

std::string orders_html(const ReportOnPaper& orders, std::string_view stamp) {
    std::string out = fmt::format(
        "<section><h2><span class=\"tag\">{}</span>Live orders less what paper assumed, by "
        "cause</h2>",
        stamp);
    if (!orders.compared) {
        return out + fmt::format("<p>{}</p></section>", html_escaped(orders_text(orders, "")));
    }
    const auto columns = columns_of(*orders.compared);
    out += "<div class=\"wide\"><table><thead><tr><th>SOL</th>";
    for (const auto& [name, divergence] : columns) {
        out += fmt::format("<th>{}</th>", words_of(name));
    }
    out += "</tr></thead><tbody>" + row_html("orders compared", columns, compared_text) +
           row_html("paper, net", columns,
                    [](const OrderDivergence& d) { return format_sol(d.paper_net); });
    for (std::size_t i = 0; i < kOrderCauseCount; ++i) {
        out += row_html(
            words_of(to_string(static_cast<OrderCause>(i))), columns,
            [i](const OrderDivergence& d) { return format_sol(d.difference.by_cause[i]); });
    }
    return out +
           row_html("live, net", columns,
                    [](const OrderDivergence& d) { return format_sol(d.live_net); }) +
           row_html("mean difference of an order", columns, mean_text) +
           "</tbody></table></div><p class=\"soft\">Landing: one side landed and the other did "
           "not. Slot delay: the pools moved while live waited longer than paper. In slot: others "
           "between that slot's begin and our place in it. Our own price impact is in the quotes "
           "on both sides.</p></section>";
}

}  // namespace sniperforge::analytics
