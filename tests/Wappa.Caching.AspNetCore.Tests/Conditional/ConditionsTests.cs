using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Wappa.Caching.AspNetCore.Conditional;

namespace Wappa.Caching.AspNetCore.Tests.Conditional;

/// <summary>RFC 9110 §13, case by case.</summary>
public class ConditionsTests
{
    private const string Earlier = "Fri, 20 Nov 2026 10:00:00 GMT";
    private const string Changed = "Sat, 21 Nov 2026 10:00:00 GMT";
    private const string Later = "Sun, 22 Nov 2026 10:00:00 GMT";

    [Theory]
    [InlineData("\"a\"", "\"a\"", true, true)]
    [InlineData("W/\"a\"", "\"a\"", true, false)]
    [InlineData("\"a\"", "W/\"a\"", true, false)]
    [InlineData("W/\"a\"", "W/\"a\"", true, false)]
    [InlineData("\"b\"", "\"a\"", false, false)]
    [InlineData("W/\"b\"", "W/\"a\"", false, false)]
    [InlineData("\"b\", \"a\"", "\"a\"", true, true)]
    [InlineData("\"b\",\"a\",\"c\"", "\"a\"", true, true)]
    [InlineData(" , \"b\" ,, \"a\" ,", "\"a\"", true, true)]
    [InlineData("\"b\"\t,\t\"a\"", "\"a\"", true, true)]
    [InlineData("\"b,c\", \"a\"", "\"a\"", true, true)]
    [InlineData("\"x,\"a\",y\"", "\"a\"", false, false)]
    [InlineData("\"b, \"a\"", "\"a\"", false, false)]
    [InlineData("\"a,b\"", "\"a,b\"", true, true)]
    [InlineData("\"a,b\"", "\"a\"", false, false)]
    [InlineData("\"\"", "\"\"", true, true)]
    [InlineData("W/\"b\", W/\"a\"", "\"a\"", true, false)]
    [InlineData("\"A\"", "\"a\"", false, false)]
    [InlineData("a", "\"a\"", false, false)]
    [InlineData("'a'", "\"a\"", false, false)]
    [InlineData("\"a", "\"a\"", false, false)]
    [InlineData("a\"", "\"a\"", false, false)]
    [InlineData("\"a\"b", "\"a\"", false, false)]
    [InlineData("\"a\"b, \"a\"", "\"a\"", true, true)]
    [InlineData("w/\"a\"", "\"a\"", false, false)]
    [InlineData("W/ \"a\"", "\"a\"", false, false)]
    [InlineData("W/a, \"a\"", "\"a\"", true, true)]
    [InlineData("garbage, \"a\"", "\"a\"", true, true)]
    [InlineData("", "\"a\"", false, false)]
    [InlineData(",", "\"a\"", false, false)]
    [InlineData("*", "\"a\"", true, true)]
    [InlineData(" * ", "\"a\"", true, true)]
    [InlineData("*, \"b\"", "\"a\"", false, false)]
    [InlineData("\"b\", *", "\"a\"", false, false)]
    [InlineData("*, *", "\"a\"", false, false)]
    [InlineData("\"*\"", "\"a\"", false, false)]
    [InlineData("**", "\"a\"", false, false)]
    [InlineData("\"a--gzip\"", "\"a\"", true, true)]
    [InlineData("W/\"a--br\"", "\"a\"", true, false)]
    [InlineData("\"a--zstd\"", "\"a\"", true, true)]
    [InlineData("\"a--deflate\"", "\"a\"", true, true)]
    [InlineData("\"a--other\"", "\"a\"", false, false)]
    [InlineData("\"a--gzip2\"", "\"a\"", false, false)]
    [InlineData("\"a--\"", "\"a\"", false, false)]
    [InlineData("\"a-gzip\"", "\"a\"", false, false)]
    [InlineData("\"ab\"", "\"a\"", false, false)]
    public void Evaluate_AList_ComparesWeaklyForReadsAndStronglyForWrites(string list, string tag, bool weakly, bool strongly)
    {
        Evaluate("GET", tag, ("If-None-Match", list)).ShouldBe(weakly ? Verdict.NotModified : Verdict.Proceed);
        Evaluate("HEAD", tag, ("If-None-Match", list)).ShouldBe(weakly ? Verdict.NotModified : Verdict.Proceed);
        Evaluate("PUT", tag, ("If-None-Match", list)).ShouldBe(weakly ? Verdict.Failed : Verdict.Proceed);
        Evaluate("PUT", tag, ("If-Match", list)).ShouldBe(strongly ? Verdict.Proceed : Verdict.Failed);
        Evaluate("GET", tag, ("If-Match", list)).ShouldBe(strongly ? Verdict.Proceed : Verdict.Failed);
    }

    [Theory]
    [InlineData("If-None-Match", "*", "Proceed")]
    [InlineData("If-None-Match", "\"a\"", "Proceed")]
    [InlineData("If-Match", "*", "Failed")]
    [InlineData("If-Match", "\"a\"", "Failed")]
    public void Evaluate_NothingIsThere_OnlyACreationProceeds(string header, string list, string verdict) =>
        Evaluate("PUT", null, (header, list)).ToString().ShouldBe(verdict);

    [Fact]
    public void Evaluate_SeveralLines_AreOneList()
    {
        Evaluate("GET", "\"a\"", ("If-None-Match", new StringValues(["\"b\"", "\"a\""]))).ShouldBe(Verdict.NotModified);
        Evaluate("GET", "\"a\"", ("If-None-Match", new StringValues(["\"b\"", "*"]))).ShouldBe(Verdict.Proceed);
        Evaluate("GET", "\"a\"", ("If-None-Match", new StringValues(["", "*"]))).ShouldBe(Verdict.NotModified);
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    public void Evaluate_AMethodWithoutConditions_Proceeds(string method) =>
        Evaluate(method, "\"a\"", ("If-Match", "\"b\"")).ShouldBe(Verdict.Proceed);

    [Theory]
    [InlineData("GET", Later, "NotModified")]
    [InlineData("GET", Changed, "NotModified")]
    [InlineData("GET", Earlier, "Proceed")]
    [InlineData("GET", "yesterday", "Proceed")]
    [InlineData("PUT", Later, "Proceed")]
    public void Evaluate_IfModifiedSince_ComparesSeconds(string method, string date, string verdict) =>
        Evaluate(method, null, Date(Changed).AddMilliseconds(500), ("If-Modified-Since", date)).ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(Later, "Proceed")]
    [InlineData(Changed, "Proceed")]
    [InlineData(Earlier, "Failed")]
    [InlineData("yesterday", "Proceed")]
    public void Evaluate_IfUnmodifiedSince_ComparesSeconds(string date, string verdict) =>
        Evaluate("PUT", null, Date(Changed), ("If-Unmodified-Since", date)).ToString().ShouldBe(verdict);

    [Fact]
    public void Evaluate_DatesOfWhatHasNone_AreIgnored()
    {
        Evaluate("GET", "\"a\"", ("If-Modified-Since", Later)).ShouldBe(Verdict.Proceed);
        Evaluate("PUT", "\"a\"", ("If-Unmodified-Since", Earlier)).ShouldBe(Verdict.Proceed);
    }

    [Fact]
    public void Evaluate_TagsAndDates_TagsGoFirst()
    {
        Evaluate("GET", "\"a\"", Date(Changed), ("If-None-Match", "\"b\""), ("If-Modified-Since", Later)).ShouldBe(Verdict.Proceed);
        Evaluate("GET", "\"a\"", Date(Changed), ("If-None-Match", "\"a\""), ("If-Modified-Since", Earlier)).ShouldBe(Verdict.NotModified);
        Evaluate("PUT", "\"a\"", Date(Changed), ("If-Match", "\"a\""), ("If-Unmodified-Since", Earlier)).ShouldBe(Verdict.Proceed);
        Evaluate("PUT", "\"a\"", Date(Changed), ("If-Match", "\"b\""), ("If-Unmodified-Since", Later)).ShouldBe(Verdict.Failed);
    }

    [Fact]
    public void Evaluate_IfMatchAndIfNoneMatch_BothMustHold()
    {
        Evaluate("GET", "\"a\"", ("If-Match", "\"a\""), ("If-None-Match", "\"a\"")).ShouldBe(Verdict.NotModified);
        Evaluate("GET", "\"a\"", ("If-Match", "\"b\""), ("If-None-Match", "\"a\"")).ShouldBe(Verdict.Failed);
        Evaluate("PUT", "\"a\"", ("If-Match", "\"a\""), ("If-None-Match", "*")).ShouldBe(Verdict.Failed);
    }

    [Fact]
    public void Evaluate_ATagInACoding_IsAnsweredAsTheClientHasIt()
    {
        var headers = new HeaderDictionary { ["If-None-Match"] = "\"b\", W/\"a--gzip\"" };

        Conditions.Evaluate("GET", headers, "\"a\"").ShouldBe(new Condition(Verdict.NotModified, "W/\"a--gzip\""));
    }

    [Fact]
    public void Evaluate_TheUsualSingleTag_AllocatesNothing()
    {
        var headers = new HeaderDictionary { ["If-None-Match"] = EntityTags.From("user", 1) };
        var list = new HeaderDictionary { ["If-None-Match"] = "\"x\", W/\"y\", " + EntityTags.From("user", 1) };
        var tag = EntityTags.From("user", 1);
        var rounds = 0;
        Measure();

        Measure().ShouldBe(0);
        rounds.ShouldBe(400);

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                if (Conditions.Evaluate("GET", headers, tag).Verdict == Verdict.NotModified) rounds++;
                if (Conditions.Evaluate("GET", list, tag).Verdict == Verdict.NotModified) rounds++;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static Verdict Evaluate(string method, string? tag, params ReadOnlySpan<(string Name, StringValues Value)> headers) =>
        Evaluate(method, tag, null, headers);

    private static Verdict Evaluate(
        string method, string? tag, DateTimeOffset? lastModified, params ReadOnlySpan<(string Name, StringValues Value)> headers)
    {
        var given = new HeaderDictionary();
        foreach (var (name, value) in headers) given[name] = value;
        return Conditions.Evaluate(method, given, tag, lastModified).Verdict;
    }

    private static DateTimeOffset Date(string text) => DateTimeOffset.ParseExact(text, "r", CultureInfo.InvariantCulture);
}
