using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator.Tests;

/// <summary>The requests and responses of the corpus: the local Graph API answers each as WhatsApp did.</summary>
public class GraphPairTests
{
    private const string Quoted = "wamid.HBgLMTU1NTAxMDIyMzMVAgASGBQzQTk4MkQ5RTNFQjk5NkY1NTlFNgA=";

    // What has to be switched on, where the request alone is not refused.
    private static readonly Dictionary<string, Action<Rig>> Setups = new()
    {
        ["error_132001_template_missing"] = rig => rig.Local.ChangeSettings(_ => new() { Templates = Acceptance.Known }),
        ["error_131030_not_allowed"] = rig =>
        {
            rig.Local.ChangeSettings(_ => new() { Recipients = Acceptance.Known });
            rig.Local.World.RemoveCustomer(rig.Mira.Id);
        },
        ["error_131047_window"] = rig =>
        {
            rig.Local.ChangeSettings(_ => new() { Window = WindowCheck.Sync });
            rig.Clock.Advance(TimeSpan.FromHours(24));
        },
        ["error_190_expired"] = rig => rig.Chaos("""{"graphErrors":[{"code":190}]}"""),
        ["error_190_malformed"] = rig => rig.Graph.DefaultRequestHeaders.Authorization = new("Bearer", "somebody-else"),
        ["error_200_no_token"] = rig => rig.Graph.DefaultRequestHeaders.Authorization = null,
        ["error_non_json_502"] = rig => rig.Chaos("""{"graphErrors":[{"code":502}]}"""),
    };

    // Refused by the request itself.
    private static readonly string[] Natural =
    [
        "error_100_invalid_parameter", "error_100_missing_product", "error_100_unknown_phone_id", "error_131008_missing",
        "error_131062_bsuid_auth_template", "error_132000_param_count", "error_media_not_found",
    ];

    public static TheoryData<string> Pairs() =>
        [.. Directory.GetFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order()];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Call_OfThePair_IsAnsweredAsInThePair(string name)
    {
        var pair = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(Folder(), name + ".json")));
        var (wanted, given) = (pair.GetProperty("response"), pair.GetProperty("request"));
        using var rig = await PrepareAsync(name, wanted);

        using var request = Request(given, name);
        using var answer = await rig.Graph.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        ((int)answer.StatusCode).ShouldBe(wanted.GetProperty("status").GetInt32(), text);
        answer.Headers.Contains("facebook-api-version").ShouldBeTrue();
        if (wanted.GetProperty("body").ValueKind is not JsonValueKind.Object) text.ShouldBe(wanted.GetProperty("body").GetString());
        else Compare(JsonNode.Parse(text)!, JsonNode.Parse(wanted.GetProperty("body").GetRawText())!, name);
    }

    [Fact]
    public void Pairs_OnDisk_AreAllThere() => Pairs().Count.ShouldBe(55);

    private static async Task<Rig> PrepareAsync(string name, JsonElement wanted)
    {
        var rig = new Rig();
        rig.Local.World.AddCustomer("Ivo Lindqvist", "4655501022", "ivo.lind", CustomerIdentity.Username);
        rig.Local.ChangeCustomer("c2", ivo => ivo with { UserId = "SE.88120473365519027744" });
        foreach (var (id, type) in new[] { (1, "image/jpeg"), (2, "video/mp4"), (3, "audio/ogg"), (4, "image/webp") })
            rig.Local.Media.Add(type, null, [1, 2, 3], $"100020003000400{id}");
        rig.Local.Templates.Add("booking_confirmed", "en_US", "UTILITY",
            [new JsonObject { ["type"] = "BODY", ["text"] = "Hi {{name}}, {{price}} on {{date}}" }]);
        rig.Local.Templates.Add("otp", "en_US", "AUTHENTICATION", []);
        await rig.SayAsync();
        rig.Local.World.AddMessage(Rig.NumberId, rig.Mira.Id, rig.Local.World.MessagesOf(Rig.NumberId, rig.Mira.Id)[0] with { Id = Quoted });
        if (Setups.TryGetValue(name, out var setup)) setup(rig);
        else if (wanted.GetProperty("status").GetInt32() is not 200 && !Natural.Contains(name))
            rig.Chaos($$"""{"graphErrors":[{"code":{{wanted.GetProperty("body").GetProperty("error").GetProperty("code")}}}]}""");
        return rig;
    }

    private static HttpRequestMessage Request(JsonElement given, string name)
    {
        var request = new HttpRequestMessage(new(given.GetProperty("method").GetString()!), given.GetProperty("path").GetString());
        if (name is "media_upload")
        {
            var file = new ByteArrayContent([0xFF, 0xD8]);
            file.Headers.ContentType = new("image/jpeg");
            request.Content = new MultipartFormDataContent
            {
                { new StringContent("whatsapp"), "messaging_product" },
                { new StringContent("image/jpeg"), "type" },
                { file, "file", "dock.jpg" },
            };
        }
        else if (given.GetProperty("body").ValueKind is JsonValueKind.Object)
            request.Content = new StringContent(given.GetProperty("body").GetRawText(), Encoding.UTF8, "application/json");
        return request;
    }

    private static void Compare(JsonNode actual, JsonNode wanted, string name)
    {
        // Made anew at each call, or of a moment that was.
        foreach (var node in new[] { actual, wanted })
        {
            if (node["error"] is JsonObject error)
            {
                error["fbtrace_id"]!.GetValue<string>().ShouldStartWith("A");
                error.Remove("fbtrace_id");
                if (name is "error_190_expired") node["error"] = new JsonObject { ["code"] = error["code"]!.DeepClone() };
            }

            if (node["messages"]?[0] is JsonObject message)
            {
                message["id"]!.GetValue<string>().ShouldStartWith("wamid.");
                message["id"] = "";
            }

            if (name is "media_upload") node["id"] = "";
            if (name is "media_get_url") foreach (var field in new[] { "url", "sha256", "file_size" }) node[field] = node[field]!.GetValueKind().ToString();
            if (name is "phone_number_get") node["webhook_configuration"]!["application"] = "";
        }

        JsonNode.DeepEquals(actual, wanted).ShouldBeTrue($"{actual}\n{wanted}");
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "data", "payloads", "graph");
}
