{{/* The options of both kinds of nodes, as environment variables. */}}
{{- define "acrida.environment" -}}
{{- $files := list }}
{{- range splitList "," .Values.loadtest.locustfile }}
{{- $files = append $files (printf "/mnt/locust/%s" (trim .)) }}
{{- end -}}
- {name: LOCUST_LOCUSTFILE, value: {{ join "," $files | quote }}}
{{- with .Values.loadtest.host }}
- {name: LOCUST_HOST, value: {{ . | quote }}}
{{- end }}
- {name: LOCUST_LOGLEVEL, value: {{ .Values.loadtest.loglevel | quote }}}
{{- with .Values.loadtest.userClasses }}
- {name: LOCUST_USER_CLASSES, value: {{ join " " . | quote }}}
{{- end }}
{{- range $name, $value := .Values.loadtest.environment }}
- {name: {{ $name }}, value: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}}
{{- end }}
{{- if or .Values.joinSecret.value .Values.joinSecret.existingSecret }}
- name: LOCUST_JOIN_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ .Values.joinSecret.existingSecret | default (printf "%s-join" (include "acrida.fullname" .)) }}
      key: {{ .Values.joinSecret.key }}
{{- end }}
{{- if .Values.loadtest.pipPackages }}
- {name: PYTHONPATH, value: /packages}
{{- end }}
{{- end }}

{{- define "acrida.masterEnvironment" -}}
- {name: LOCUST_USERS, value: {{ .Values.loadtest.users | int64 | quote }}}
- {name: LOCUST_SPAWN_RATE, value: {{ .Values.loadtest.spawnRate | quote }}}
- {name: LOCUST_RUN_TIME, value: {{ .Values.loadtest.runTime | quote }}}
- {name: LOCUST_STOP_TIMEOUT, value: {{ .Values.loadtest.stopTimeout | toString | quote }}}
{{- with .Values.master.webBasePath }}
- {name: LOCUST_WEB_BASE_PATH, value: {{ . | quote }}}
{{- end }}
{{- range $name, $value := .Values.master.environment }}
- {name: {{ $name }}, value: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}}
{{- end }}
{{- end }}

{{- define "acrida.workerEnvironment" -}}
- {name: LOCUST_MASTER_NODE_HOST, value: {{ include "acrida.fullname" . }}-master}
- {name: LOCUST_MASTER_NODE_PORT, value: "5557"}
{{- range $name, $value := .Values.worker.environment }}
- {name: {{ $name }}, value: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}}
{{- end }}
{{- end }}

{{/* What has no variable, or takes several words. Lists end at the next option, so these stand first. */}}
{{- define "acrida.commonArgs" -}}
{{- with .Values.loadtest.tags }}
- --tags
{{- range . }}
- {{ . | quote }}
{{- end }}
{{- end }}
{{- with .Values.loadtest.excludeTags }}
- --exclude-tags
{{- range . }}
- {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "acrida.masterArgs" -}}
{{ include "acrida.commonArgs" . }}
- --master
{{- if or .Values.master.rebalancing .Values.worker.hpa.enabled }}
- --enable-rebalancing
{{- end }}
{{- if eq .Values.mode "job" }}
{{- if include "acrida.hasPage" . }}
- --autostart
- --autoquit={{ .Values.master.keepPage }}
{{- else }}
- --headless
{{- end }}
- --expect-workers={{ .Values.worker.replicas }}
- --expect-workers-max-wait={{ .Values.master.workersMaxWait }}
{{- end }}
{{- range concat .Values.loadtest.args .Values.master.args }}
- {{ . | quote }}
{{- end }}
{{- end }}

{{- define "acrida.workerArgs" -}}
{{ include "acrida.commonArgs" . }}
- --worker
{{- range concat .Values.loadtest.args .Values.worker.args }}
- {{ . | quote }}
{{- end }}
{{- end }}
