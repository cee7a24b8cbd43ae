using ChatFeedApi.Conversations;
using ChatFeedApi.Data;
using ChatFeedApi.Feed;
using ChatFeedApi.Hosting;
using ChatFeedApi.Reports;
using ChatFeedApi.Users;

namespace ChatFeedApi;

/// <summary>The app, so that tests start the very same one.</summary>
public static class ChatFeedApp
{
    /// <param name="args">The command line.</param>
    /// <param name="replace">Puts other services in the place of the app's, for tests.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(AppSettings.OptionsFor(args));
        AppSettings.Apply(builder, args);
        builder.AddDatabase();        // SQLite, or PostgreSQL with ConnectionStrings__Postgres
        builder.AddConfiguredCache(); // --cache memory|json|redis
        builder.Services.AddUsers();
        builder.Services.AddConversations();
        builder.Services.AddFeed();
        builder.Services.AddReports();
        builder.Services.AddHttpApi();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseHttpApi();
        app.UseETags(); // what a client has it is not sent again, cached here or not
        app.MapUsers();
        app.MapConversations();
        app.MapFeed();
        app.MapReports();
        app.MapCacheStats(stats => stats.AllowAnonymousReads = true); // the reset stays closed
        app.MapHealth();
        app.MapOpenApi();
        return app;
    }
}
