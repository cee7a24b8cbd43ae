using System.Data.Common;
using ChatFeedApi.Hosting;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ChatFeedApi.Data;

/// <summary>Where the data is: PostgreSQL if <c>ConnectionStrings:Postgres</c> names one, else a SQLite file. Each tenant has a schema,
/// or a file, of its own.</summary>
internal static class DatabaseRegistration
{
    internal static void AddDatabase(this WebApplicationBuilder app)
    {
        var tenant = AppSettings.TenantOf(app.Configuration);
        var postgres = app.Configuration.GetConnectionString("Postgres");
        app.Services.AddSingleton(string.IsNullOrEmpty(postgres) ? SqlDialect.Sqlite : SqlDialect.Postgres);
        app.Services.AddSingleton<DbDataSource>(_ => string.IsNullOrEmpty(postgres)
            ? Sqlite(app.Configuration.GetConnectionString("Sqlite") ?? $"Data Source=data/{tenant}.db")
            : NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres) { SearchPath = $"\"{tenant}\"" }));
        app.Services.AddSingleton<Database>();
        app.Services.AddHostedService<Migration>();
    }

    private static DbDataSource Sqlite(string connection)
    {
        var settings = new SqliteConnectionStringBuilder(connection) { ForeignKeys = true };
        var file = Path.GetFullPath(settings.DataSource);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        settings.DataSource = file;
        return SqliteFactory.Instance.CreateDataSource(settings.ConnectionString);
    }
}
