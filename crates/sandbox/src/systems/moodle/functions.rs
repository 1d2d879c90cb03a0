//! The functions, field by field as their `_returns()` describe them.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{
    Course, FRONT, Moodle, MoodleActivity, MoodleSection, MoodleSwitches, NAME,
    params::{Call, Fault, is_true},
    rest,
};
use crate::{
    hash::hash,
    items::{Item, ItemFaults},
};

/// Moodle's version as it tells it.
const VERSION: &str = "2024100705";

/// One call's eyes.
pub(super) struct View<'a> {
    pub(super) moodle: &'a Moodle,
    pub(super) switches: &'a MoodleSwitches,
    pub(super) call: &'a Call,
    pub(super) faults: &'a ItemFaults,
}

/// A course as a list shows it.
#[derive(Clone)]
struct Listed {
    id: Option<u64>,
    summary: String,
    created: OffsetDateTime,
    modified: OffsetDateTime,
    course: Course,
}

impl Item for Listed {
    fn key(&self) -> String {
        self.course.content.id.to_string()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.summary
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.created, &mut self.modified]
    }
}

/// An activity as its course shows it.
#[derive(Clone)]
struct Shown {
    id: Option<u64>,
    description: String,
    modified: OffsetDateTime,
    activity: MoodleActivity,
}

impl Item for Shown {
    fn key(&self) -> String {
        self.activity.id.to_string()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.description
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.modified]
    }
}

impl View<'_> {
    pub(super) fn site_info(&self) -> Result<Value, Fault> {
        self.call.only(&["serviceshortnames"], &[])?;
        let functions: Vec<_> =
            self.switches.functions.iter().map(|name| json!({ "name": name, "version": VERSION })).collect();
        let home = self.moodle.base.as_str().trim_end_matches('/');
        Ok(json!({
            "sitename": NAME, "username": "atrium", "firstname": "Atrium", "lastname": "Reader",
            "fullname": "Atrium Reader", "lang": "en", "userid": 42, "siteurl": home,
            "userpictureurl": format!("{home}/theme/image.php/boost/core/1/u/f1"),
            "functions": functions, "downloadfiles": 0, "uploadfiles": 0,
            "release": "4.5.5 (Build: 20250609)", "version": VERSION, "mobilecssurl": "",
            "advancedfeatures": [{ "name": "enablecompletion", "value": 1 }, { "name": "usetags", "value": 1 }],
            "usercanmanageownfiles": true, "userquota": 104_857_600, "usermaxuploadfilesize": 2_097_152,
            "userhomepage": 1, "siteid": FRONT, "sitecalendartype": "gregorian", "usercalendartype": "gregorian",
            "userissiteadmin": false, "theme": "boost", "limitconcurrentlogins": 0, "policyagreed": 0,
        }))
    }

    pub(super) fn categories(&self) -> Result<Value, Fault> {
        self.call.only(&["criteria", "addsubcategories"], &[])?;
        let criteria = self.call.pairs("criteria", "key")?;
        let below = self.call.text("addsubcategories")?;
        let below = below.is_empty() || is_true(below);
        let site = self.moodle.site();
        let path = |id: u64| {
            let (mut path, mut at) = (Vec::new(), id);
            while let Some(category) = site.categories.get(&at).filter(|_| path.len() < 20) {
                path.insert(0, at);
                at = category.parent;
            }
            path
        };
        let mut found = Vec::new();
        for (id, category) in &site.categories {
            let path = path(*id);
            let name = rest::name(&category.name, self.switches, self.call);
            let mut fits = true;
            for (key, value) in &criteria {
                let within = |wanted: u64| wanted == *id || (below && path.contains(&wanted));
                fits &= match key.as_str() {
                    "id" => value.parse().is_ok_and(within),
                    "ids" => value.split(',').filter_map(|id| id.parse().ok()).any(within),
                    "parent" => value.parse() == Ok(category.parent),
                    "name" => *value == name,
                    _ => {
                        return Err(Fault::new(
                            "moodle_exception",
                            "criteriaerror",
                            "Missing permissions to search on a criterion.",
                        ));
                    }
                };
            }
            if fits {
                let count = site.courses.values().filter(|course| course.content.category == *id).count();
                let path: String = path.iter().map(|id| format!("/{id}")).collect();
                found.push(json!({
                    "id": id, "name": name, "description": "", "descriptionformat": 1, "parent": category.parent,
                    "sortorder": id * 10_000, "coursecount": count, "depth": path.matches('/').count(), "path": path,
                }));
            }
        }
        Ok(json!(found))
    }

    pub(super) fn courses_by_field(&self) -> Result<Value, Fault> {
        self.call.only(&["field", "value"], &[])?;
        let (field, value) = (self.call.text("field")?, self.call.text("value")?);
        let ids: Vec<u64> = value.split(',').filter_map(|id| id.trim().parse().ok()).collect();
        let fits = |course: &Listed| {
            let content = &course.course.content;
            match field {
                "" => true,
                "id" | "ids" => ids.contains(&content.id),
                "category" => ids.first() == Some(&content.category),
                "shortname" => content.shortname == value,
                _ => false,
            }
        };
        if !matches!(field, "" | "id" | "ids" | "category" | "shortname" | "idnumber" | "sectionid") {
            return Err(Fault::parameter("Invalid field name"));
        }
        let mut courses: Vec<Listed> = self.visible();
        self.faults.before_paging(&mut courses);
        courses.retain(fits);
        // Of courses that are asked for by their ids, those that are not there are warned of.
        let lost = ids.iter().filter(|id| field == "ids" && !courses.iter().any(|course| course.id == Some(**id)));
        let warnings: Vec<_> = lost
            .map(|id| {
                json!({ "item": "course", "itemid": id, "warningcode": "1", "message": "No access rights in course context" })
            })
            .collect();
        self.faults.on_page(&mut courses);
        let mut out: Vec<Value> = courses.iter().map(|course| self.course(course)).collect();
        if field.is_empty() || ids.contains(&FRONT) && matches!(field, "id" | "ids") {
            out.insert(0, self.front());
        }
        Ok(json!({ "courses": out, "warnings": warnings }))
    }

    fn visible(&self) -> Vec<Listed> {
        let may = self.switches.see_hidden || self.switches.course_update;
        let site = self.moodle.site();
        let open = site.courses.values().filter(|course| course.content.visible || may);
        let listed = |course: &Course| Listed {
            id: Some(course.content.id),
            summary: rest::text(&course.content.summary, self.switches, self.call),
            created: course.created,
            modified: course.modified,
            course: course.clone(),
        };
        open.map(listed).collect()
    }

    /// The front page, which is a course outside of every category.
    fn front(&self) -> Value {
        json!({
            "id": FRONT, "fullname": NAME, "displayname": NAME, "shortname": "Academy", "categoryid": 0,
            "categoryname": "", "sortorder": 1, "summary": "<p>Learn what we know.</p>", "summaryformat": 1,
            "summaryfiles": [], "overviewfiles": [], "showactivitydates": false, "showcompletionconditions": null,
            "contacts": [], "enrollmentmethods": [], "format": "site", "visible": 1, "lang": "", "startdate": 0,
            "enddate": 0,
        })
    }

    fn course(&self, listed: &Listed) -> Value {
        let content = &listed.course.content;
        let name = rest::name(&content.fullname, self.switches, self.call);
        let category = self.moodle.site().categories.get(&content.category).map(|category| category.name.clone());
        let category = category.map(|name| rest::name(&name, self.switches, self.call)).unwrap_or_default();
        let contacts: Vec<_> = content
            .teachers
            .iter()
            .map(|teacher| json!({ "id": 100 + hash(teacher.as_bytes()) % 900, "fullname": teacher }))
            .collect();
        let fields: Vec<_> = content
            .fields
            .iter()
            .map(|(name, value)| {
                json!({ "name": name, "shortname": name, "type": "text", "valueraw": value, "value": value })
            })
            .collect();
        let mut out = json!({
            "fullname": name, "displayname": name, "shortname": content.shortname,
            "courseimage": format!("{}course/image.php?id={}", self.moodle.base, content.id),
            "categoryid": content.category, "categoryname": category, "sortorder": content.category * 10_000 + content.id,
            "summary": listed.summary, "summaryformat": 1, "summaryfiles": [], "overviewfiles": [],
            "showactivitydates": true, "showcompletionconditions": true, "contacts": contacts,
            "enrollmentmethods": ["manual", "self"], "customfields": fields,
        });
        if let Some(id) = listed.id {
            out["id"] = json!(id);
        }
        self.inner(listed, &mut out);
        out
    }

    /// What those are told who may enter the course, and who may change it.
    fn inner(&self, listed: &Listed, out: &mut Value) {
        let content = &listed.course.content;
        if !self.switches.course_view {
            return;
        }
        let more = json!({
            "filters": [{ "filter": "multilang", "localstate": 0, "inheritedstate": i32::from(self.switches.multilang) }],
            "format": "topics", "showgrades": 1, "newsitems": 5, "startdate": listed.created.unix_timestamp(),
            "enddate": listed.course.ends.map_or(0, OffsetDateTime::unix_timestamp), "maxbytes": 0, "showreports": 0,
            "visible": i32::from(content.visible), "groupmode": 0, "groupmodeforce": 0, "defaultgroupingid": 0,
            "enablecompletion": 1, "completionnotify": 0, "lang": content.lang, "theme": "", "marker": 0,
            "courseformatoptions": [{ "name": "hiddensections", "value": 1 }, { "name": "coursedisplay", "value": 0 }],
        });
        let managers = json!({
            "idnumber": "", "legacyfiles": 0, "calendartype": "", "timecreated": listed.created.unix_timestamp(),
            "timemodified": listed.modified.unix_timestamp(), "requested": 0, "cacherev": listed.course.revision,
        });
        let managers = Some(managers).filter(|_| self.switches.course_update);
        for fields in [Some(more), managers].into_iter().flatten() {
            if let (Some(out), Value::Object(fields)) = (out.as_object_mut(), fields) {
                out.extend(fields);
            }
        }
    }

    pub(super) fn contents(&self) -> Result<Value, Fault> {
        self.call.only(&["courseid", "options"], &["courseid"])?;
        let id = self.call.int("courseid")?;
        let options = self.call.pairs("options", "name")?;
        for (name, _) in &options {
            if !matches!(name.as_str(), "excludemodules" | "excludecontents" | "includestealthmodules" | "modname") {
                let said = format!("The param \"{name}\" is invalid.");
                return Err(Fault::new("moodle_exception", "errorinvalidparam", said));
            }
        }
        let given = |wanted: &str| options.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let course = self.moodle.site().courses.get(&id).cloned().ok_or_else(|| Fault::missing_record("course"))?;
        let hidden = !course.content.visible && !self.switches.see_hidden && !self.switches.course_update;
        if !self.switches.course_view || hidden {
            return Err(Fault::new(
                "moodle_exception",
                "errorcoursecontextnotvalid",
                format!(
                    "You cannot execute functions in the course context (course id:{id}). The context error message was: \
                     Course or activity not accessible. (Not enrolled)"
                ),
            ));
        }
        let (modules, files) = (given("excludemodules").is_none_or(|value| !is_true(value)), given("excludecontents"));
        let files = files.is_none_or(|value| !is_true(value));
        let sections = course.content.sections.iter().enumerate();
        Ok(sections
            .filter(|(_, section)| section.visible || self.switches.see_hidden)
            .map(|(place, section)| {
                let kept = section
                    .activities
                    .iter()
                    .filter(|activity| modules && given("modname").is_none_or(|kind| kind == activity.kind));
                self.section(&course, place, section, kept, files)
            })
            .collect())
    }

    fn section<'a>(
        &self,
        course: &Course,
        place: usize,
        section: &MoodleSection,
        activities: impl Iterator<Item = &'a MoodleActivity>,
        files: bool,
    ) -> Value {
        let shown = |activity: &MoodleActivity| Shown {
            id: Some(activity.id),
            description: rest::text(&activity.description, self.switches, self.call),
            modified: course.modified,
            activity: activity.clone(),
        };
        let mut list: Vec<Shown> =
            activities.filter(|activity| activity.visible || self.switches.see_hidden).map(shown).collect();
        self.faults.before_paging(&mut list);
        self.faults.on_page(&mut list);
        json!({
            "id": course.content.id * 100 + place as u64, "name": rest::name(&section.name, self.switches, self.call),
            "visible": i32::from(section.visible), "summary": "", "summaryformat": 1, "section": place,
            "hiddenbynumsections": 0, "uservisible": true, "component": null, "itemid": null,
            "modules": list.iter().map(|shown| self.module(shown, files)).collect::<Vec<_>>(),
        })
    }

    fn module(&self, shown: &Shown, files: bool) -> Value {
        let activity = &shown.activity;
        let (kind, base) = (activity.kind.as_str(), &self.moodle.base);
        let mut out = json!({
            "name": rest::name(&activity.name, self.switches, self.call), "instance": activity.id + 1000,
            "contextid": activity.id + 2000, "visible": i32::from(activity.visible), "uservisible": true,
            "visibleoncoursepage": 1, "modicon": format!("{base}theme/image.php/boost/{kind}/1/monologo"),
            "modname": kind, "purpose": "content", "branded": false, "modplural": format!("{kind}s"), "indent": 0,
            "onclick": "", "afterlink": null, "customdata": "\"\"", "noviewlink": kind == "label", "candisplay": true,
            "completion": 1, "downloadcontent": 1, "dates": [], "groupmode": 0,
        });
        if let Some(id) = shown.id {
            out["id"] = json!(id);
        }
        if kind != "label" {
            out["url"] = json!(format!("{base}mod/{kind}/view.php?id={}", activity.id));
        }
        if !shown.description.is_empty() {
            out["description"] = json!(shown.description);
        }
        self.condition(activity, &mut out);
        if matches!(kind, "page" | "url" | "book" | "resource") {
            let at = shown.modified.unix_timestamp();
            out["contentsinfo"] =
                json!({ "filescount": 1, "filessize": 0, "lastmodified": at, "mimetypes": [], "repositorytype": "" });
            let file = json!({
                "type": if kind == "url" { "url" } else { "file" }, "filename": "index.html", "filepath": "/",
                "filesize": 0, "fileurl": activity.url, "timecreated": at, "timemodified": at, "sortorder": 1,
                "userid": null, "author": null, "license": null,
            });
            out["contents"] = if files { json!([file]) } else { json!([]) };
        }
        out
    }

    /// Who may see hidden activities sees the condition, others what it means for them.
    fn condition(&self, activity: &MoodleActivity, out: &mut Value) {
        if self.switches.see_hidden || self.switches.course_update {
            out["availability"] = Value::Null;
        }
        if activity.condition.is_empty() {
            return;
        }
        if self.switches.see_hidden || self.switches.course_update {
            out["availability"] = json!("{\"op\":\"&\",\"c\":[{\"type\":\"group\",\"id\":3}],\"showc\":[true]}");
        } else {
            out["uservisible"] = json!(false);
            out["availabilityinfo"] = json!(format!("Not available unless: {}", activity.condition));
        }
    }
}
