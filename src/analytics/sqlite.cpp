// SPDX-License-Identifier: MIT
#include "analytics/sqlite.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sniperforge::analytics {
namespace {

// How long a statement waits for another process (a report with a checkpoint, say).
constexpr int kBusyTimeoutMs = 2'000;

// SQLite would create the file readable by everyone; its -wal and -shm files take its mode. One
// that is there is not opened here: closing it would give up the locks of every connection that
// this process has to it (fcntl(2)), and the next process that closes it would delete their -wal
// file.
Result<void> create_file(const std::string& path) {
    const auto failed = [&] {
        return fail(fmt::format("opening the store {}: {}", path, std::strerror(errno)));
    };
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd >= 0) {
        ::close(fd);
        return {};
    }
    // SQLite would open what may not be written to for reading alone.
    if (errno != EEXIST || ::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) != 0) {
        return failed();
    }
    return {};
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
    (void)sqlite3_finalize(statement);  // Repeats the error of the last step; reported there.
}
void Database::Closer::operator()(sqlite3* handle) const { (void)sqlite3_close_v2(handle); }

void Statement::note(int code) {
    if (bind_code_ == SQLITE_OK) {
        bind_code_ = code;
    }
}

Statement& Statement::bind(int index, std::int64_t value) {
    note(sqlite3_bind_int64(statement_.get(), index + 1, value));
    return *this;
}
Statement& Statement::bind(int index, double value) {
    note(sqlite3_bind_double(statement_.get(), index + 1, value));
    return *this;
}
Statement& Statement::bind(int index, std::string_view text) {
    // A null pointer would bind NULL instead of the empty text.
    note(sqlite3_bind_text64(statement_.get(), index + 1, text.empty() ? "" : text.data(),
                             text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Result<bool> Statement::step() {
    const int code = bind_code_ != SQLITE_OK ? bind_code_ : sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) {
        return true;
    }
    Result<bool> result = false;
    if (code != SQLITE_DONE) {
        result = database_->failed(sqlite3_sql(statement_.get()), code);
    }
    bind_code_ = SQLITE_OK;
    (void)sqlite3_reset(statement_.get());  // Repeats the error above.
    (void)sqlite3_clear_bindings(statement_.get());
    return result;
}

Result<void> Statement::run() {
    const auto stepped = step();
    if (!stepped) {
        return Err<Error>{stepped.error()};
    }
    return {};
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }
std::string Statement::text(int column) const {
    const auto* const text =
        reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    const int bytes = sqlite3_column_bytes(statement_.get(), column);
    return text == nullptr ? std::string{} : std::string{text, static_cast<std::size_t>(bytes)};
}

std::unexpected<Error> Database::failed(std::string_view action, int code) const {
    const char* const words =
        handle_ != nullptr && (sqlite3_extended_errcode(handle_.get()) & 0xFF) == (code & 0xFF)
            ? sqlite3_errmsg(handle_.get())
            : sqlite3_errstr(code);
    return fail(fmt::format("store {}: {}: {} (SQLite error {})", path_, action, words, code));
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
    if (auto created = create_file(path); !created) {
        return Err<Error>{created.error()};
    }
    std::unique_ptr<Database> database{new Database{path}};
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    database->handle_.reset(handle);  // Also after an error: it holds the message.
    if (code != SQLITE_OK) {
        return database->failed("opening", code);
    }
    (void)sqlite3_extended_result_codes(handle, 1);
    (void)sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    return database;
}

void Database::set_patience(Duration patience) {
    (void)sqlite3_busy_timeout(
        handle_.get(),
        static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(patience).count()));
}

Result<void> Database::execute(const char* sql) {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return failed(sql, code);
    }
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) const {
    Statement statement;
    statement.database_ = this;
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    statement.statement_.reset(raw);
    if (code != SQLITE_OK) {
        return failed(sql, code);
    }
    return statement;
}

Result<std::int64_t> Database::query_integer(std::string_view sql) const {
    auto statement = prepare(sql);
    if (!statement) {
        return Err<Error>{statement.error()};
    }
    const auto row = statement->step();
    if (!row) {
        return Err<Error>{row.error()};
    }
    return *row ? statement->integer(0) : 0;
}

Result<std::string> Database::query_text(std::string_view sql) const {
    auto statement = prepare(sql);
    if (!statement) {
        return Err<Error>{statement.error()};
    }
    const auto row = statement->step();
    if (!row) {
        return Err<Error>{row.error()};
    }
    return *row ? statement->text(0) : std::string{};
}

}  // namespace sniperforge::analytics
