using System.ComponentModel.DataAnnotations;
using ChatFeedApi.Feed;
using ChatFeedApi.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ChatFeedApi.Users;

/// <summary>Users, their responses cached as a whole.</summary>
internal static class UserEndpoints
{
    internal static IServiceCollection AddUsers(this IServiceCollection services) =>
        services.AddSingleton<UserDb>().AddCacheStrategy<OnlineStatusCache>();

    internal static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/users").WithTags("users");
        users.MapGet("/", ListAsync);
        users.MapGet("/{id}", FindAsync);
        users.MapPost("/", AddAsync);
        users.MapPut("/{id}", UpdateAsync);
        users.MapDelete("/{id}", DeleteAsync);
        users.MapGet("/{id}/online", async (long id, OnlineStatusCache online, CancellationToken ct) =>
            new OnlineStatus(id, await online.IsOnlineAsync(id, ct)));
        users.MapPut("/{id}/online", async (long id, OnlineStatusCache online, CancellationToken ct) =>
        {
            await online.MarkOnlineAsync(id, ct);
            return TypedResults.NoContent();
        });
    }

    private static async Task<UserPage> ListAsync(
        UserDb db, CancellationToken ct, string? page = null, [StringLength(100)] string? q = "")
    {
        var (number, asked) = (PageNumber.Of(page), q ?? "");
        return new(number, asked, await db.ListAsync(number, asked.Trim(), ct));
    }

    private static async Task<Results<Ok<User>, NotFound>> FindAsync(long id, UserDb db, CancellationToken ct) =>
        await db.FindAsync(id, ct) is { } user ? TypedResults.Ok(user) : TypedResults.NotFound();

    private static async Task<Created<User>> AddAsync([FromBody] UserInput input, UserDb db, CancellationToken ct)
    {
        var user = await db.AddAsync(input, ct);
        return TypedResults.Created($"/users/{user.Id}", user);
    }

    private static async Task<Results<Ok<User>, NotFound>> UpdateAsync(
        long id, [FromBody] UserInput input, UserDb db, UserFeedCache feeds, CancellationToken ct)
    {
        if (await db.UpdateAsync(id, input, ct) is not { } user) return TypedResults.NotFound();
        await feeds.AuthorChangedAsync(id, ct);
        return TypedResults.Ok(user);
    }

    private static async Task<Results<Ok<Deleted>, NotFound>> DeleteAsync(
        long id, UserDb db, UserFeedCache feeds, CancellationToken ct)
    {
        if (!await db.DeleteAsync(id, ct)) return TypedResults.NotFound();
        await feeds.AuthorChangedAsync(id, ct);
        return TypedResults.Ok(new Deleted());
    }
}

public sealed record OnlineStatus(long UserId, bool Online);

public sealed record Deleted(string Status = "deleted");
